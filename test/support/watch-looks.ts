import { once } from "node:events";
import { createConnection } from "node:net";
import type { RedisServer } from "./redis-server.ts";
import { encodeCommand } from "./send-redis-command.ts";

export interface LooksWanted {
  /** How many connections have to look. */
  readonly replicas: number;
  /** How often each of them has to look. */
  readonly looks: number;
  /** What a look names; default: `mosaic:views:hash`. */
  readonly key?: string;
  /** Default: enough for a few looks. */
  readonly timeoutMs?: number;
}

interface Looker {
  looks: number;
  lastMs: number;
}

/** One look is a few commands within moments; the next comparison begins a second later or more. */
const SAME_LOOK_MS = 500;
const TIMEOUT_MS = 40_000;
/** Of `MONITOR`: seconds, then the database and the client's address, then the command's words in quotes. */
const MONITORED = /^\+(\d+\.\d+) \[\d+ ([^\]]+)\] (.*)$/;

/**
 * Resolves when so many replicas have looked into the cache so often from now on, whatever commands they look with. The
 * commands of the tests have a connection each, so with two looks or more they are not counted.
 */
export async function untilLooked(redis: Pick<RedisServer, "port">, wanted: LooksWanted): Promise<void> {
  const { replicas, looks, key = "mosaic:views:hash", timeoutMs = TIMEOUT_MS } = wanted;
  const lookers = new Map<string, Looker>();
  const socket = createConnection(redis.port, "127.0.0.1");
  await once(socket, "connect");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const count = (line: string): void => {
    const [, seconds, address, command] = MONITORED.exec(line) ?? [];
    if (address === undefined || address === "lua" || !command?.includes(`"${key}"`)) return;
    const looker = lookers.get(address) ?? { looks: 0, lastMs: 0 };
    const atMs = Number(seconds) * 1000;
    if (atMs - looker.lastMs > SAME_LOOK_MS) looker.looks += 1;
    lookers.set(address, { ...looker, lastMs: atMs });
    if ([...lookers.values()].filter((each) => each.looks >= looks).length >= replicas) resolve();
  };
  let rest = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) count(line);
  });
  socket.on("error", reject);
  const timer = setTimeout(() => {
    const seen = [...lookers].map(([address, each]) => `${address}: ${each.looks}`).join(", ");
    reject(new Error(`${replicas} replicas did not look ${looks} times in ${timeoutMs} ms; ${seen}`));
  }, timeoutMs);
  socket.write(encodeCommand(["MONITOR"]));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
