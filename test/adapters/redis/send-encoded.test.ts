import { expect, test } from "vitest";
import { encodeCommand } from "../../../src/adapters/redis/send-encoded.ts";

const part = new Uint8Array([0x20, 0x61, 0xff, 0x20]).subarray(1, 3);

test.each([
  ["a name alone", ["PING"], "*1\r\n$4\r\nPING\r\n"],
  ["a text that is longer as bytes", ["SET", "é"], "*2\r\n$3\r\nSET\r\n$2\r\n\xc3\xa9\r\n"],
  ["a part of other bytes", ["SET", part], "*2\r\n$3\r\nSET\r\n$2\r\na\xff\r\n"],
  ["an empty value", ["SET", new Uint8Array()], "*2\r\n$3\r\nSET\r\n$0\r\n\r\n"],
])("encodeCommand() writes %s", async (_, words, expected) => {
  expect((await encodeCommand(words)).toString("latin1")).toBe(expected);
});

test("encodeCommand() shares its memory with no other buffer, so that it can be freed", async () => {
  const encoded = await encodeCommand(["PING"]);
  expect(encoded.buffer.byteLength).toBe(encoded.byteLength);
});
