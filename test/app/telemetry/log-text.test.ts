import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createLog } from "../../../src/app/telemetry/log.ts";
import { CatalogSourceError } from "../../../src/ports/catalog-source-port.ts";
import { FileWriteError } from "../../../src/ports/file-write-error.ts";
import { KeyringError } from "../../../src/ports/keyring-port.ts";

const HOSTILE = "x\n::error::forged\r\x1b[31m\x9b31m\x85\u2028\u202e";
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

async function logged(logFormat: "json" | "pretty"): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const output = new Writable({
    decodeStrings: false,
    write(line: Buffer | string, _encoding, done) {
      resolve(String(line));
      done();
    },
  });
  const log = createLog({ logLevel: "info", logFormat }, output);
  log.info({ detail: HOSTILE, list: [HOSTILE], inner: { [HOSTILE]: HOSTILE } }, HOSTILE);
  return promise;
}

describe("A20: createLog()", () => {
  test.each(["json", "pretty"] as const)(
    "A20: writes one line as %s, whatever is in its text and fields",
    async (format) => {
      const text = await logged(format);
      expect(text).toMatch(/^[^\n]*\n$/);
      expect(text.slice(0, -1)).not.toMatch(UNSEEN);
      expect(text).toContain("forged");
    },
  );

  test("A20: JSON lines hold what they would hold without escapes", async () => {
    expect(JSON.parse(await logged("json"))).toMatchObject({
      msg: HOSTILE,
      detail: HOSTILE,
      inner: { [HOSTILE]: HOSTILE },
    });
  });
});

test.each([
  ["CatalogSourceError", new CatalogSourceError(HOSTILE, "unreadable", HOSTILE)],
  ["KeyringError", new KeyringError(HOSTILE, "unreadable", HOSTILE)],
  ["FileWriteError", new FileWriteError(HOSTILE, HOSTILE)],
] as const)("A20: the message of a %s is one line", (_name, { message }) => {
  expect(message).not.toMatch(UNSEEN);
});
