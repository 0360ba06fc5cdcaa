import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Environment, parseSettings } from "../../../src/app/settings/settings.ts";
import { createSigningKey } from "../../../src/domain/signing/signing-key.ts";

const SECRET = "QXZJ-0123456789-abcdefghijklmnop";
const FORM =
  "32 to 1024 visible ASCII characters without spaces, optionally after a key id and a colon; mosaic keygen makes one";
const NO_KEY =
  "VIEWS_SIGNATURE_KEY is not set: VIEWS_SIGNATURE_MODE=hmac needs it, or VIEWS_SIGNATURE_KEYRING; mosaic keygen makes a key";
const NOTHING_VERIFIED =
  "VIEWS_SIGNATURE_MODE is none: VIEWS_SIGNATURE_REQUIRED=true needs sha256 or hmac, since nothing would be verified";
const WRONG_KEY = `VIEWS_SIGNATURE_KEY is set to a value that is not shown: expected ${FORM}`;

const parse = (environment: Environment) => parseSettings(environment, { terminal: false });

function problemsOf(environment: Environment): readonly string[] {
  const parsed = parse(environment);
  return parsed.kind === "settings" ? [] : parsed.message.split("\n  ").slice(1);
}

function keyOf(text: string) {
  const parsed = parse({ VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEY: text });
  return parsed.kind === "settings" ? parsed.settings.viewsSignatureKey : undefined;
}

describe("parseSettings() of signature settings", () => {
  test("parseSettings() reads a key, named or not", () => {
    expect(keyOf(SECRET)?.keyid).toBe(createSigningKey(SECRET)?.keyid);
    expect(keyOf(`2026-a:${SECRET}`)?.keyid).toBe("2026-a");
    expect(keyOf(`2026-a:${SECRET}`)?.mac("x")).toEqual(createSigningKey(SECRET)?.mac("x"));
  });

  test.each([
    "short",
    "x".repeat(31),
    "x".repeat(1025),
    `${SECRET} x`,
    `x\n${SECRET}`,
    `a b:${SECRET}`,
    `a:${"x".repeat(31)}`,
  ])("parseSettings() refuses the key %j without showing it, in every mode", (key) => {
    for (const mode of ["none", "sha256", "hmac"]) {
      expect(problemsOf({ VIEWS_SIGNATURE_MODE: mode, VIEWS_SIGNATURE_KEY: key })).toEqual([WRONG_KEY]);
    }
  });

  test.each<[Environment, readonly string[]]>([
    [{ VIEWS_SIGNATURE_MODE: "hmac" }, [NO_KEY]],
    [{ VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEY: "", VIEWS_SIGNATURE_KEYRING: "" }, [NO_KEY]],
    [{ VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEY: SECRET }, []],
    [{ VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEY: SECRET, VIEWS_SIGNATURE_KEYRING: "k.json" }, []],
    [{ VIEWS_SIGNATURE_REQUIRED: "true" }, [NOTHING_VERIFIED]],
    [{ VIEWS_SIGNATURE_MODE: "none", VIEWS_SIGNATURE_REQUIRED: "ON" }, [NOTHING_VERIFIED]],
    [{ VIEWS_SIGNATURE_MODE: "", VIEWS_SIGNATURE_REQUIRED: "1" }, [NOTHING_VERIFIED]],
    [
      { PORT: "x", VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_REQUIRED: "true" },
      ['PORT is "x": expected a port from 0 to 65535; 0 means any free port', NO_KEY],
    ],
  ])("parseSettings() of %j finds these wrong together: %j", (environment, problems) => {
    expect(problemsOf(environment)).toEqual(problems);
  });

  test("parseSettings() hides the key from whoever prints the settings", () => {
    const parsed = parse({ VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEY: `a:${SECRET}` });
    const printed = [JSON.stringify(parsed), inspect(parsed, { depth: 9, showHidden: true })];
    expect(printed.filter((text) => text.includes("QXZJ"))).toEqual([]);
  });

  test("parseSettings() never shows a part of a wrong key", () => {
    const key = fc.string({ unit: fc.constantFrom(..."QXZJ:@ \n"), minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(key, (text) => {
        const shown = problemsOf({ VIEWS_SIGNATURE_KEY: text, PORT: "x" }).join();
        expect(shown).not.toMatch(/[QXZJ]{2}|QX|Z:/);
      }),
    );
  });
});
