import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { listenLoopback } from "../test/support/listen-loopback.ts";

/** A loopback proxy that counts the bytes of both directions. */
export interface CountingProxy extends AsyncDisposable {
  readonly port: number;
  bytes(): number;
}

export async function startCountingProxy(targetPort: number): Promise<CountingProxy> {
  let bytes = 0;
  const server = createServer((client) => {
    const target = createConnection(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      from.setNoDelay(true);
      from.on("data", (chunk: Buffer) => {
        bytes += chunk.byteLength;
      });
      from.on("error", () => to.destroy());
      from.pipe(to);
    }
  });
  const port = await listenLoopback(server);
  return {
    port,
    bytes: () => bytes,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}
