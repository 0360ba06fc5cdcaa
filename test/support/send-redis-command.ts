import { createConnection } from "node:net";
import { RespError, type RespValue, readResp } from "./read-resp.ts";

export interface RedisAddress {
  readonly port: number;
  readonly timeoutMs: number;
}

/** Sends one RESP2 command over a connection of its own. */
export function sendRedisCommand(address: RedisAddress, args: readonly string[]): Promise<RespValue> {
  const { port, timeoutMs } = address;
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1");
    const timer = setTimeout(() => {
      socket.destroy(new Error(`Redis did not answer ${args[0]} in ${timeoutMs} ms`));
    }, timeoutMs);
    let received = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.write(encodeCommand(args));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      try {
        const reply = readResp(received, 0);
        if (reply === undefined) return;
        if (reply.value instanceof RespError) reject(reply.value);
        else resolve(reply.value);
      } catch (error) {
        reject(error);
      }
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => {
      clearTimeout(timer);
      // No effect after a reply or an error.
      reject(new Error(`Redis closed the connection instead of answering ${args[0]}`));
    });
  });
}

export function encodeCommand(args: readonly string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join("")}`;
}
