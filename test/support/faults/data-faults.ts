import type { Fault, FaultTarget } from "./fault.ts";

const REPLACE = "redis.call('DEL', KEYS[1]) return redis.call(ARGV[1], KEYS[1], '1')";

/** What others do to the keys. Nothing is undone: the replicas have to. */
export const DATA_FAULTS: readonly Fault[] = [
  dataFault("every key of another type", async ({ redis }, keys) => {
    for (const [index, key] of keys.entries()) {
      // In one step: a replica may write the key between two.
      await redis.command("EVAL", REPLACE, "1", key, index % 2 === 0 ? "RPUSH" : "SADD");
    }
  }),
  dataFault("every value garbage", async ({ redis, random }, keys) => {
    for (const key of keys) await redis.command("SET", key, garbage(random.next), "KEEPTTL");
  }),
  dataFault("every value garbage, for ever", async ({ redis, random }, keys) => {
    for (const key of keys) await redis.command("SET", key, garbage(random.next));
  }),
  dataFault("nothing left but the mark that all is loaded", async ({ redis, namespace }, keys) => {
    const mark = `${namespace}:views:loaded`;
    for (const key of keys) if (key !== mark) await redis.command("DEL", key);
    await redis.command("SET", mark, "1");
  }),
  dataFault("everything expired at once", async ({ redis }, keys) => {
    for (const key of keys) await redis.command("PEXPIRE", key, "1");
  }),
  dataFault("everything flushed", async ({ redis }) => {
    await redis.command("FLUSHALL");
  }),
];

function dataFault(
  name: string,
  harm: (target: FaultTarget, keys: readonly string[]) => Promise<void>,
): Fault {
  return {
    name,
    isSilent: true,
    async inject(target) {
      const keys = (await target.redis.command("KEYS", `${target.namespace}:*`)) as readonly string[];
      await harm(target, [...keys].sort());
    },
    heal: async () => undefined,
  };
}

/** Characters of every kind, those that JSON and UTF-8 readers trip over among them. */
function garbage(next: () => number): string {
  const length = 1 + Math.floor(next() * 200);
  return String.fromCharCode(...Array.from({ length }, () => Math.floor(next() * 0x300)));
}
