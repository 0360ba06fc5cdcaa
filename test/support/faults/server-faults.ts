import type { RedisServer } from "../redis-server.ts";
import type { Fault } from "./fault.ts";

/** Enough keys that loading them takes longer than any scenario holds a fault. */
const FILLER_KEYS = 4000;
const FILLER = `for i = 1, ${FILLER_KEYS} do redis.call('SET', 'filler:' .. i, string.rep('x', 200)) end`;
const UNFILL = `for i = 1, ${FILLER_KEYS} do redis.call('DEL', 'filler:' .. i) end`;
const LOAD_DELAY_US = 5000;

/** What happens to the Redis process. */
export const SERVER_FAULTS: readonly Fault[] = [
  {
    name: "killed, back empty",
    inject: ({ redis }) => redis.kill(),
    heal: ({ redis }) => redis.restart(),
  },
  {
    name: "killed, back with its data",
    async inject({ redis }) {
      await redis.command("SAVE");
      await redis.kill();
    },
    heal: ({ redis }) => redis.restart({ keepData: true }),
  },
  {
    name: "frozen",
    inject: async ({ redis }) => redis.freeze(),
    heal: async ({ redis }) => redis.thaw(),
  },
  loading(),
];

/** The server reads its own dump anew, as slowly as it is told to, and answers LOADING meanwhile. */
function loading(): Fault {
  const reloads = new Map<RedisServer, Promise<unknown>>();
  return {
    name: "loading its data",
    async inject({ redis }) {
      await redis.command("EVAL", FILLER, "0");
      await redis.command("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
      await redis.command("CONFIG", "SET", "key-load-delay", String(LOAD_DELAY_US));
      const reload = redis.command("DEBUG", "RELOAD");
      // Answered when all is loaded: whoever heals waits for that.
      reload.catch(() => undefined);
      reloads.set(redis, reload);
    },
    async heal({ redis }) {
      await redis.command("CONFIG", "SET", "key-load-delay", "0");
      await reloads.get(redis);
      reloads.delete(redis);
      await redis.command("EVAL", UNFILL, "0");
    },
  };
}
