import { expect, test } from "vitest";
import { createRespSplitter, RespError, readResp } from "../support/read-resp.ts";

const frames: readonly (readonly [bytes: string, value: unknown])[] = [
  ["+OK\r\n", "OK"],
  [":-7\r\n", -7],
  ["$-1\r\n", null],
  ["*-1\r\n", null],
  ["_\r\n", null],
  ["#t\r\n", true],
  [",1.5\r\n", 1.5],
  ["(12345678901234567890\r\n", "12345678901234567890"],
  ["$0\r\n\r\n", ""],
  ["$4\r\na\r\nb\r\n", "a\r\nb"],
  ["=7\r\ntxt:abc\r\n", "txt:abc"],
  ["*0\r\n", []],
  ["*2\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n", ["a", [1, null]]],
  ["%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n", ["a", 1, "b", 2]],
  ["~1\r\n+a\r\n", ["a"]],
  [">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n", ["invalidate", ["k"]]],
  ["|1\r\n+ttl\r\n:9\r\n+OK\r\n", "OK"],
  ["-ERR no\r\n", new RespError("ERR no")],
  ["!6\r\nERR no\r\n", new RespError("ERR no")],
];

test.each(frames)("readResp() reads %j", (bytes, value) => {
  expect(readResp(Buffer.from(bytes), 0)).toMatchObject({ value, end: bytes.length });
});

test.each(frames)("readResp() waits for the last byte of %j", (bytes) => {
  for (let length = 0; length < bytes.length; length += 1) {
    expect(readResp(Buffer.from(bytes.slice(0, length)), 0)).toBeUndefined();
  }
});

test("readResp() rejects what is not RESP", () => {
  expect(() => readResp(Buffer.from("HTTP/1.1 400 Bad Request\r\n"), 0)).toThrow(RangeError);
});

test("createRespSplitter() puts frames together from chunks of any size", () => {
  const stream = Buffer.from(frames.map(([bytes]) => bytes).join(""));
  for (const chunkBytes of [1, 2, 3, 7, stream.length]) {
    const split = createRespSplitter();
    const values: unknown[] = [];
    for (let start = 0; start < stream.length; start += chunkBytes) {
      for (const frame of split(stream.subarray(start, start + chunkBytes)).frames) values.push(frame.value);
    }
    expect(values).toEqual(frames.map(([, value]) => value));
  }
});
