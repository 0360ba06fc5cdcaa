import type { Fault, FaultTarget } from "./fault.ts";

// Each in one step, else a replica that repairs meanwhile would be harmed in another way than the one that is meant.
const LEAVE_MARK =
  "for i = 1, #KEYS do redis.call('DEL', KEYS[i]) end return redis.call('SET', ARGV[1], '1')";
const EXPIRE_ALL = "for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], 1) end";
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
    await redis.command("EVAL", LEAVE_MARK, String(keys.length), ...keys, mark);
  }),
  dataFault("everything expired at once", async ({ redis }, keys) => {
    await redis.command("EVAL", EXPIRE_ALL, String(keys.length), ...keys);
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
