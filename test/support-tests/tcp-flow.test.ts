import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createTcpFlow } from "../support/tcp-flow.ts";

const mebibyteBytes = 1024 * 1024;

test("a flow asks its source to pause while a slow sink leaves too much queued", async () => {
  const finishWrites: (() => void)[] = [];
  let deliveredBytes = 0;
  let isFull = false;
  const sink = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, finish) => finishWrites.push(finish),
  });
  const flow = createTcpFlow({
    isPaused: () => false,
    delayMs: () => 0,
    deliver: (item) => {
      deliveredBytes += item.length;
      sink.write(item);
      return sink;
    },
    onFull: (isNowFull) => {
      isFull = isNowFull;
    },
  });

  for (let count = 0; count < 17; count += 1) flow.push(Buffer.alloc(mebibyteBytes));
  expect(deliveredBytes).toBe(mebibyteBytes);
  expect(isFull).toBe(false);
  flow.push(Buffer.alloc(1));
  expect(isFull).toBe(true);

  const drained = new Promise((resolve) => sink.once("drain", resolve));
  finishWrites.shift()?.();
  await drained;
  expect(deliveredBytes).toBe(2 * mebibyteBytes);
  expect(isFull).toBe(false);
  flow.close();
});

test("a flow delivers nothing while paused, then everything in order", () => {
  const delivered: unknown[] = [];
  let isPaused = true;
  const flow = createTcpFlow({
    isPaused: () => isPaused,
    delayMs: () => 0,
    deliver: (item) => {
      delivered.push(item);
      return undefined;
    },
    onFull: () => undefined,
  });
  flow.push(Buffer.from("a"));
  flow.push("end");
  expect(delivered).toEqual([]);
  isPaused = false;
  flow.pump();
  expect(delivered).toEqual([Buffer.from("a"), "end"]);
});

test("a step of a flow delivers 64 KiB at most, and the rest stays in order", () => {
  const delivered: number[] = [];
  const flow = createTcpFlow({
    isPaused: () => true,
    delayMs: () => 0,
    deliver: (item) => {
      delivered.push(item.length);
      return undefined;
    },
    onFull: () => undefined,
  });
  flow.push(Buffer.alloc(150_000));
  flow.push(Buffer.alloc(7));
  for (let count = 0; count < 5; count += 1) flow.step();
  expect(delivered).toEqual([65_536, 65_536, 18_928, 7]);
});
