import type { Fault, FaultTarget } from "./fault.ts";

// Each in one step, else a replica that repairs meanwhile would be harmed in another way than the one that is meant.
const LEAVE_MARK =
  "for i = 1, #KEYS do redis.call('DEL', KEYS[i]) end return redis.call('SET', ARGV[1], '1')";
const EXPIRE_ALL = "for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], 1) end";
const RETYPE_ALL =
  "for i = 1, #KEYS do redis.call('DEL', KEYS[i]) redis.call(i % 2 == 1 and 'RPUSH' or 'SADD', KEYS[i], '1') end";
const REPLACE_ALL = "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i]) end";
const REPLACE_ALL_KEEPING_TTL = "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i], 'KEEPTTL') end";

/** What others do to the keys. Nothing is undone: the replicas have to. */
export const DATA_FAULTS: readonly Fault[] = [
  dataFault("every key of another type", async ({ redis }, keys) => {
    await redis.command("EVAL", RETYPE_ALL, String(keys.length), ...keys);
  }),
  dataFault("every value garbage", async ({ redis, random }, keys) => {
    const values = keys.map(() => garbage(random.next));
    await redis.command("EVAL", REPLACE_ALL_KEEPING_TTL, String(keys.length), ...keys, ...values);
  }),
  dataFault("every value garbage, for ever", async ({ redis, random }, keys) => {
    const values = keys.map(() => garbage(random.next));
    await redis.command("EVAL", REPLACE_ALL, String(keys.length), ...keys, ...values);
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
