import { createConnection } from "node:net";
import { RespError, type RespValue, readResp } from "./read-resp.ts";

export interface RedisAddress {
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined;
  readonly port: number;
  /** Of the user `default`. */
  readonly password?: string | undefined;
  readonly timeoutMs: number;
}

/** Sends one RESP2 command over a connection of its own. */
export function sendRedisCommand(address: RedisAddress, args: readonly string[]): Promise<RespValue> {
  const { host = "127.0.0.1", port, password, timeoutMs } = address;
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, host);
    const timer = setTimeout(() => {
      socket.destroy(new Error(`Redis did not answer ${args[0]} in ${timeoutMs} ms`));
    }, timeoutMs);
    let received = Buffer.alloc(0);
    socket.setNoDelay(true);
    if (password !== undefined) socket.write(encodeCommand(["AUTH", password]));
    socket.write(encodeCommand(args));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      try {
        const reply = readReply(received, password !== undefined);
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

/** The reply to the command, behind that to AUTH; an error of AUTH is the reply. */
function readReply(received: Buffer, hasAuth: boolean): ReturnType<typeof readResp> {
  const first = readResp(received, 0);
  if (first === undefined || !hasAuth || first.value instanceof RespError) return first;
  return readResp(received, first.end);
}

export function encodeCommand(args: readonly string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join("")}`;
}
