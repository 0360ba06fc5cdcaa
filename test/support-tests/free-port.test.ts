import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort, isPortFree } from "../support/free-port.ts";
import { listenLoopback } from "../support/listen-loopback.ts";

test("freePort() gives a port that can be bound", async () => {
  const port = await freePort();
  const server = createServer();
  expect(await listenLoopback(server, port)).toBe(port);
  server.close();
  await once(server, "close");
});

test("freePort() stays below the ports that systems give to outgoing connections", async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(Math.min(...ports)).toBeGreaterThanOrEqual(10_240);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

test("isPortFree() tells a taken port from a free one", async () => {
  const server = createServer();
  const port = await listenLoopback(server);
  expect(await isPortFree(port)).toBe(false);
  server.close();
  await once(server, "close");
  expect(await isPortFree(port)).toBe(true);
});
