import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { createTimeSlices } from "../../src/lib/time-slices.ts";
import { listenLoopback } from "../support/listen-loopback.ts";

describe("createTimeSlices()", () => {
  test("createTimeSlices() ends a turn when its time is over, and begins another", async () => {
    let nowMs = 1_000;
    const slices = createTimeSlices(4, () => nowMs);
    nowMs += 3.9;
    expect(slices.isOver()).toBe(false);
    nowMs += 0.1;
    expect(slices.isOver()).toBe(true);
    nowMs += 60;
    await slices.next();
    expect(slices.isOver()).toBe(false);
    nowMs += 4;
    expect(slices.isOver()).toBe(true);
  });

  test("createTimeSlices() lets the network in between two turns", async () => {
    const server = createServer((socket) => socket.on("data", (bytes) => socket.end(bytes)));
    const socket = createConnection(await listenLoopback(server), "127.0.0.1");
    await once(socket, "connect");
    let echo = "";
    socket.on("data", (bytes) => {
      echo += bytes;
    });
    socket.write("echo");
    const slices = createTimeSlices(4);
    // Nothing but turns: on Deno, those of setImmediate() would never let it in.
    for (let turn = 0; turn < 5_000 && echo === ""; turn += 1) await slices.next();
    socket.destroy();
    server.close();
    expect(echo).toBe("echo");
  });
});
