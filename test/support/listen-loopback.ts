import { once } from "node:events";
import type { Server } from "node:net";

/**
 * Systems give outgoing connections ports above this range. A test server must not live up there: while it is
 * down a reconnecting client may be given that very port, connect to itself and keep the server from coming back.
 */
const portMin = 10_240;
const portMax = 32_767;
const attemptsMax = 100;

/** Listens on 127.0.0.1, on a free port unless one is given, and returns the port. */
export async function listenLoopback(server: Server, port?: number): Promise<number> {
  if (port !== undefined) {
    await listen(server, port);
    return port;
  }
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const candidate = portMin + Math.floor(Math.random() * (portMax - portMin + 1));
    try {
      await listen(server, candidate);
      return candidate;
    } catch (error) {
      if (!isAddressInUse(error)) throw error;
    }
  }
  throw new Error(`No free port found in ${attemptsMax} attempts`);
}

export function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}
