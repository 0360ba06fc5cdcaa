import type { JsonObject } from "../../src/domain/json/json-value.ts";
import { createSampleCatalog, pythonDumps } from "./old-publisher.ts";
import type { RedisServer } from "./redis-server.ts";

/** One key with its value, as another program writes it. */
export interface ForeignWrite {
  readonly key: string;
  readonly value: string;
}

/** What a program that knows only the five shared keys writes, key by key, in this order: list, views, hash, loaded. */
export interface ForeignPublication {
  readonly hash: string;
  readonly writes: readonly ForeignWrite[];
}

/** Four views as another program may have them, two of them under names that replicas use too. */
export function foreignViews(program: string): Readonly<Record<string, JsonObject>> {
  const names = ["zeta", "alpha", "beta", "gamma"];
  return Object.fromEntries(
    names.map((name) => [name, { columns: [name, program], identifiers: [name], description: "é" }]),
  );
}

/** The list and half of the views, then the other half with hash and loaded. */
export function halvesOf({
  writes,
}: ForeignPublication): readonly [readonly ForeignWrite[], readonly ForeignWrite[]] {
  const middle = Math.ceil((writes.length - 1) / 2);
  return [writes.slice(0, middle), writes.slice(middle)];
}

type CommandedRedis = Pick<RedisServer, "command">;

const TTL_SECONDS = "86400";

export function foreignPublication(views: Readonly<Record<string, JsonObject>>): ForeignPublication {
  const { catalog, views: entries } = createSampleCatalog(Object.entries(views));
  return {
    hash: catalog.hash,
    writes: [
      { key: "mosaic:views:list", value: pythonDumps(entries.map(([entity]) => entity)) },
      ...entries.map(([entity, view]) => ({ key: `mosaic:views:${entity}`, value: pythonDumps(view) })),
      { key: "mosaic:views:hash", value: catalog.hash },
      { key: "mosaic:views:loaded", value: "1" },
    ],
  };
}

export async function writeKeys(redis: CommandedRedis, writes: readonly ForeignWrite[]): Promise<void> {
  for (const { key, value } of writes) await redis.command("SETEX", key, TTL_SECONDS, value);
}

/** Writes all keys in one step, so that nobody finds a part of them. */
export async function writeAtOnce(redis: CommandedRedis, writes: readonly ForeignWrite[]): Promise<void> {
  const script = `for i = 1, #KEYS do redis.call('SETEX', KEYS[i], ${TTL_SECONDS}, ARGV[i]) end`;
  const keys = writes.map(({ key }) => key);
  const values = writes.map(({ value }) => value);
  await redis.command("EVAL", script, String(keys.length), ...keys, ...values);
}

/** What Redis holds under the keys of these writes. */
export async function heldOf(
  redis: CommandedRedis,
  writes: readonly ForeignWrite[],
): Promise<readonly ForeignWrite[]> {
  const keys = writes.map(({ key }) => key);
  const values = (await redis.command("MGET", ...keys)) as readonly string[];
  return keys.map((key, index) => ({ key, value: values[index] ?? "" }));
}

/** Each shared key of the catalog with its value and the moment at which it expires. */
export async function sharedKeys(redis: CommandedRedis): Promise<Readonly<Record<string, string>>> {
  const held: Record<string, string> = {};
  for (const key of ((await redis.command("KEYS", "mosaic:views:*")) as string[]).sort()) {
    held[key] = `${await redis.command("GET", key)} until ${await redis.command("PEXPIRETIME", key)}`;
  }
  return held;
}
