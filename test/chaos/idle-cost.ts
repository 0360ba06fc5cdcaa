import { once } from "node:events";
import { createConnection } from "node:net";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { encodeCommand } from "../support/send-redis-command.ts";
import { cacheSettings } from "../support/service-combinations.ts";
import { startService } from "../support/service-process.ts";

/** What a fleet at rest costs its Redis, by the server's own statistics, for each replica. */
const { values } = parseArgs({
  options: {
    replicas: { type: "string", default: "3" },
    seconds: { type: "string", default: "60" },
    views: { type: "string", default: "data/views" },
  },
});
const replicas = Number(values.replicas);
const seconds = Number(values.seconds);
/** The first comparisons and heartbeats after a start are not those of a fleet at rest. */
const SETTLE_SECONDS = 8;
/** `MONITOR` is traffic of its own, so the calls inside scripts are counted apart. */
const MONITOR_SECONDS = 30;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Statistics {
  readonly atMs: number;
  readonly commands: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Of the answer that tells this, which the next one counts. */
  readonly ownBytes: number;
}

async function statistics(redis: RedisServer): Promise<Statistics> {
  const text = String(await redis.command("INFO", "stats"));
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(text)?.[1]);
  return {
    atMs: performance.now(),
    commands: field("total_commands_processed"),
    inputBytes: field("total_net_input_bytes"),
    outputBytes: field("total_net_output_bytes"),
    ownBytes: text.length,
  };
}

async function calls(redis: RedisServer): Promise<ReadonlyMap<string, number>> {
  const text = String(await redis.command("INFO", "commandstats"));
  return new Map(
    [...text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = "", count]) => [name, Number(count)]),
  );
}

/** Commands that came from clients and those that scripts called, in so many seconds. */
async function monitored(redis: RedisServer, forSeconds: number) {
  const count = { sent: 0, inScripts: 0 };
  const socket = createConnection(redis.port, "127.0.0.1");
  await once(socket, "connect");
  let rest = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, client] = /^\+\d+\.\d+ \[\d+ ([^\]]+)\]/.exec(line) ?? [];
      if (client === "lua") count.inScripts += 1;
      else if (client !== undefined) count.sent += 1;
    }
  });
  socket.write(encodeCommand(["MONITOR"]));
  await delay(forSeconds * 1000);
  socket.destroy();
  return count;
}

await using redis = await startRedis();
await using opened = new AsyncDisposableStack();
const [runtime] = RUNTIMES;
if (runtime === undefined) throw new RangeError("There is no runtime");
for (let index = 0; index < replicas; index++) {
  const env = { ...cacheSettings(redis), VIEWS_DIR: values.views };
  const service = opened.use(await startService({ runtime, env }));
  await service.waitForLog(({ msg }) => msg === "Catalog activated");
}
await delay(SETTLE_SECONDS * 1000);

const callsBefore = await calls(redis);
const before = await statistics(redis);
await delay(seconds * 1000);
const after = await statistics(redis);
const callsAfter = await calls(redis);
const perReplica = (amount: number): string =>
  ((amount * 1000) / (after.atMs - before.atMs) / replicas).toFixed(2);
const { sent, inScripts } = await monitored(redis, MONITOR_SECONDS);

print(`${replicas} replicas at rest, ${seconds} s; for each replica and second:`);
print(`  commands, calls inside scripts included: ${perReplica(after.commands - before.commands)}`);
print(`  commands sent: ${(sent / MONITOR_SECONDS / replicas).toFixed(2)} (${MONITOR_SECONDS} s of MONITOR)`);
print(`  calls inside scripts: ${(inScripts / MONITOR_SECONDS / replicas).toFixed(2)} (likewise)`);
print(`  bytes to Redis: ${perReplica(after.inputBytes - before.inputBytes)}`);
print(`  bytes from Redis: ${perReplica(after.outputBytes - before.outputBytes - before.ownBytes)}`);
for (const [name, count] of callsAfter) {
  const made = count - (callsBefore.get(name) ?? 0);
  if (made > 0) print(`    ${name}: ${perReplica(made)}`);
}
