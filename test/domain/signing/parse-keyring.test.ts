import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KEYRING_BYTES_MAX, mergeKeys, parseKeyring } from "../../../src/domain/signing/parse-keyring.ts";
import { createSigningKey } from "../../../src/domain/signing/signing-key.ts";
import { keyOf } from "../../support/signed-catalog.ts";

const SECRET = "QXZJ-0123456789-abcdefghijklmnop";
const entry = (keyid: string, key = `${SECRET}${keyid}`) => ({ keyid, alg: "HMAC-SHA256", key });
const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

const parse = (value: unknown) => parseKeyring(value instanceof Uint8Array ? value : bytes(value));

function judge(value: unknown): unknown {
  const parsed = parse(value);
  return parsed.kind === "keyring" ? parsed.keys.map(({ keyid }) => keyid) : parsed.detail.en;
}

const ROOT = 'it must be an object such as {"keys": [{"keyid": "a", "alg": "HMAC-SHA256", "key": "…"}]}';
const LIST = '"keys" must be a list of 1 to 16 keys';
const ENTRY = '"keys.0" must be an object with the keys keyid, alg and key';

describe("parseKeyring()", () => {
  test("parseKeyring() gives the keys in their order", () => {
    const parsed = parseKeyring(bytes({ keys: [entry("new"), entry("old")] }));
    expect(judge({ keys: [entry("new"), entry("old")] })).toEqual(["new", "old"]);
    expect(parsed.kind === "keyring" && parsed.keys[1]?.mac("x")).toEqual(
      createSigningKey(`${SECRET}old`)?.mac("x"),
    );
  });

  test("parseKeyring() passes over what it does not know", () => {
    expect(judge({ keys: [{ ...entry("a"), comment: SECRET }], owner: "data" })).toEqual(["a"]);
  });

  test.each<[value: unknown, detail: string]>([
    ["", "it is not JSON: Expected a JSON value at offset 0"],
    [SECRET, "it is not JSON: Expected a JSON value at offset 0"],
    [`{"keys": [], "keys": []}`, "it is not JSON: Duplicate key at offset 13"],
    ["\ufeff{}", "it is not JSON: Expected a JSON value at offset 0"],
    [new Uint8Array([0x22, 0xff, 0x22]), "it is not JSON: Text that is not UTF-8 at offset 0"],
    [new Uint8Array(KEYRING_BYTES_MAX + 1), "it has more than 65536 bytes"],
    [[], LIST],
    [null, ROOT],
    [{}, ROOT],
    [{ keys: {} }, LIST],
    [{ keys: [] }, LIST],
    [{ keys: Array.from({ length: 17 }, (_, index) => entry(`k${index}`)) }, LIST],
    [{ keys: [SECRET] }, ENTRY],
    [{ keys: [{ ...entry("a"), keyid: undefined }] }, ENTRY],
    [{ keys: [{ ...entry("a"), key: undefined }] }, ENTRY],
    [
      { keys: [entry("a b")] },
      '"keys.0.keyid" must be 1 to 64 letters, digits, dots, hyphens or underscores',
    ],
    [{ keys: [{ ...entry("a"), keyid: 1 }] }, '"keys.0.keyid" must be text'],
    [{ keys: [{ ...entry("a"), alg: "HS256" }] }, '"keys.0.alg" must be HMAC-SHA256'],
    [{ keys: [{ ...entry("a"), alg: "none" }] }, '"keys.0.alg" must be HMAC-SHA256'],
    [{ keys: [{ ...entry("a"), key: 5 }] }, '"keys.0.key" must be text'],
    [
      { keys: [entry("a"), entry("b", "QXZJ")] },
      'the key "b" must be 32 to 1024 visible ASCII characters without spaces',
    ],
    [{ keys: [entry("a"), entry("a", `${SECRET}other`)] }, 'two different keys are named "a"'],
  ])("parseKeyring() refuses %j", (value, detail) => {
    expect(judge(value)).toBe(detail);
  });

  test.each<[value: unknown, pt: string]>([
    ["", "não é JSON: Esperado um valor JSON na posição 0"],
    [{ keys: [{ ...entry("a"), alg: "none" }] }, '"keys.0.alg" precisa ser HMAC-SHA256'],
    [new Uint8Array(KEYRING_BYTES_MAX + 1), "tem mais de 65536 bytes"],
    [
      { keys: [entry("a"), entry("b", "QXZJ")] },
      'a chave "b" precisa ter de 32 a 1024 caracteres ASCII visíveis, sem espaços',
    ],
    [{ keys: [] }, '"keys" precisa ser uma lista de 1 a 16 chaves'],
  ])("parseKeyring() refuses %j in Portuguese", (value, pt) => {
    const parsed = parse(value);
    expect(parsed.kind === "malformed" && parsed.detail.pt).toBe(pt);
  });

  test("parseKeyring() returns for any bytes and never shows a part of a key", () => {
    const secret = fc.string({ unit: fc.constantFrom(...'QXZJ\\"\n é'), minLength: 4, maxLength: 40 });
    const around = fc.constantFrom(
      "$",
      '{"keys": [{"keyid": "a", "alg": "HMAC-SHA256", "key": "$"}]}',
      '{"keys": [{"keyid": "a", "alg": "$", "key": "$"}]}',
      '{"keys": [{"keyid": "a", "alg": "HMAC-SHA256", "key": "$',
      '{"keys": ["$"]}',
    );
    fc.assert(
      fc.property(secret, around, (key, text) => {
        const judged = JSON.stringify(judge(text.replaceAll("$", () => key)));
        expect(judged).not.toMatch(/[QXZ]/);
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array(), (any) => void parseKeyring(any)));
  });
});

describe("mergeKeys()", () => {
  test("mergeKeys() counts a key that comes twice once, the first place first", () => {
    const joined = mergeKeys([keyOf("b"), keyOf("a"), keyOf("b")]);
    expect(joined).toMatchObject({ kind: "keyring", keys: [{ keyid: "b" }, { keyid: "a" }] });
    expect(mergeKeys([])).toEqual({ kind: "keyring", keys: [] });
  });

  test("mergeKeys() refuses two keys of one name, and too many", () => {
    const other = createSigningKey(SECRET, "a");
    if (other === undefined) throw new Error("No key");
    expect(mergeKeys([keyOf("a"), other])).toEqual({
      kind: "malformed",
      detail: {
        en: 'two different keys are named "a"',
        pt: 'duas chaves diferentes têm o nome "a"',
      },
    });
    const many = Array.from({ length: 17 }, (_, index) => keyOf(`k${index}`));
    expect(mergeKeys(many.slice(1))).toHaveProperty("keys.length", 16);
    expect(mergeKeys(many)).toEqual({
      kind: "malformed",
      detail: {
        en: "there are 17 keys, and at most 16 are allowed",
        pt: "há 17 chaves, e são permitidas no máximo 16",
      },
    });
  });
});
