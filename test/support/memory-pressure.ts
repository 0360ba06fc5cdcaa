import type { RedisServer } from "./redis-server.ts";

export interface PressureOptions {
  /** Evicts keys until it is aborted. */
  readonly signal: AbortSignal;
  /** Room above what Redis holds when the pressure begins. */
  readonly roomBytes: number;
}

const FILLER = "x".repeat(16 * 1024);
/** Longer than any key of a catalog: under `volatile-ttl` those go first. */
const FILLER_TTL_SECONDS = "1000000";
/** So many values are more than any room. */
const FILLERS_MAX = 4096;

/** Bounds the memory of a Redis to little more than it uses, then writes without end, as another tenant of the server might. */
export async function pressMemory(
  redis: Pick<RedisServer, "command">,
  { signal, roomBytes }: PressureOptions,
): Promise<void> {
  const used = /^used_memory:(\d+)/m.exec(String(await redis.command("INFO", "memory")))?.[1];
  await redis.command("CONFIG", "SET", "maxmemory", String(Number(used) + roomBytes));
  for (let index = 0; !signal.aborted; index++) {
    const key = `filler:${index % FILLERS_MAX}`;
    await redis.command("SET", key, FILLER, "EX", FILLER_TTL_SECONDS).catch(() => undefined);
  }
}

/** Keys that Redis has evicted since its start. */
export async function evictedKeys(redis: Pick<RedisServer, "command">): Promise<number> {
  const text = String(await redis.command("INFO", "stats"));
  return Number(/^evicted_keys:(\d+)/m.exec(text)?.[1]);
}
