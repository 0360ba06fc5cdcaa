import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createSigningKey,
  isKeyid,
  isSameSecret,
  KEYID_FORM,
  parseSigningKey,
  SECRET_FORM,
  SIGNATURE_ALGORITHM,
} from "../../../src/domain/signing/signing-key.ts";

const SECRET = "0123456789abcdefghijklmnopqrstuv";
const visible = (minLength: number, maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength,
    maxLength,
  });
const keyid = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);

describe("createSigningKey()", () => {
  test("createSigningKey() makes the HMAC-SHA256 of the text under the secret's own bytes", () => {
    fc.assert(
      fc.property(visible(32, 200), fc.string({ unit: "binary" }), (secret, text) => {
        const expected = createHmac("sha256", Buffer.from(secret, "latin1")).update(
          Buffer.from(text, "utf8"),
        );
        expect(createSigningKey(secret, "a")?.mac(text)).toEqual(expected.digest());
      }),
    );
  });

  test.each([
    ["31 characters", SECRET.slice(1)],
    ["1025 characters", "k".repeat(1025)],
    ["a space", `${SECRET} x`],
    ["a line end", `${SECRET}\n`],
    ["a letter beyond ASCII", `${SECRET}ã`],
    ["nothing", ""],
  ])("createSigningKey() refuses a secret of %s", (_what, secret) => {
    expect(createSigningKey(secret)).toBeUndefined();
    expect(createSigningKey(secret, "a")).toBeUndefined();
  });

  test.each(["", "a b", "a:b", "ã", "a".repeat(65), "a\n"])(
    "createSigningKey() refuses the name %j",
    (name) => {
      expect(isKeyid(name)).toBe(false);
      expect(createSigningKey(SECRET, name)).toBeUndefined();
    },
  );

  test("createSigningKey() names a key after itself, the same every time, and says nothing of the secret", () => {
    const key = createSigningKey(SECRET);
    const fingerprint = createHmac("sha256", SECRET).update("mosaic signing key").digest("hex");
    expect(key?.keyid).toBe(fingerprint.slice(0, 16));
    expect(createSigningKey(SECRET)?.keyid).toBe(key?.keyid);
    expect(createSigningKey(`${SECRET}x`)?.keyid).not.toBe(key?.keyid);
  });

  test("createSigningKey() hides the secret from whoever prints a key", () => {
    const key = createSigningKey(SECRET, "a");
    const printed = [JSON.stringify(key), inspect(key, { depth: 9, showHidden: true }), String(key?.mac)];
    expect(printed.filter((text) => text.includes(SECRET.slice(0, 8)))).toEqual([]);
    expect(Object.isFrozen(key)).toBe(true);
  });
});

describe("the words for keys", () => {
  test("manifests and messages name them so", () => {
    expect([SIGNATURE_ALGORITHM, KEYID_FORM.en, SECRET_FORM.en]).toEqual([
      "HMAC-SHA256",
      "1 to 64 letters, digits, dots, hyphens or underscores",
      "32 to 1024 visible ASCII characters without spaces",
    ]);
  });
});

describe("parseSigningKey()", () => {
  test("parseSigningKey() reads a secret with or without a name", () => {
    expect(parseSigningKey(SECRET)).toMatchObject({ keyid: createSigningKey(SECRET)?.keyid });
    const named = parseSigningKey(`2026-a:${SECRET}`);
    expect(named?.keyid).toBe("2026-a");
    expect(named?.mac("x")).toEqual(createSigningKey(SECRET)?.mac("x"));
  });

  test("parseSigningKey() ends the name at the first colon", () => {
    fc.assert(
      fc.property(keyid, visible(32, 60), (name, secret) => {
        expect(parseSigningKey(`${name}:${secret}`)?.mac("x")).toEqual(createSigningKey(secret)?.mac("x"));
      }),
    );
  });

  test.each(["", ":", "a:", `:${SECRET}`, `a b:${SECRET}`, `a:${SECRET.slice(1)}`, `${SECRET}:short`])(
    "parseSigningKey() refuses %j",
    (text) => {
      expect(parseSigningKey(text)).toBeUndefined();
    },
  );
});

describe("isSameSecret()", () => {
  test("isSameSecret() compares secrets and not names", () => {
    const [a, b, c] = [
      createSigningKey(SECRET, "a"),
      createSigningKey(SECRET, "b"),
      createSigningKey(`${SECRET}x`, "a"),
    ];
    if (a === undefined || b === undefined || c === undefined) throw new Error("No keys");
    expect([isSameSecret(a, b), isSameSecret(a, c)]).toEqual([true, false]);
  });
});
