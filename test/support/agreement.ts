import { deepStrictEqual } from "node:assert";
import { setTimeout as pause } from "node:timers/promises";
import type { RedisServer } from "./redis-server.ts";
import { type FleetReplica, servedHash } from "./running-fleet.ts";
import { untilLooked } from "./watch-looks.ts";

/** Replicas and the Redis that they share. */
export interface SharedFleet {
  readonly redis: Pick<RedisServer, "command" | "port">;
  readonly replicas: readonly FleetReplica[];
}

const WAIT_MS = 20_000;
const INTERVAL_MS = 50;

/** Resolves when every replica serves this catalog and Redis names it. */
export async function untilAgreed(fleet: SharedFleet, hash: string): Promise<void> {
  const deadlineMs = performance.now() + WAIT_MS;
  for (;;) {
    try {
      return await requireAgreed(fleet, hash);
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
    await pause(INTERVAL_MS);
  }
}

/** The same, and that it is so still when each replica has compared itself with Redis again. */
export async function expectLasting(fleet: SharedFleet, hash: string): Promise<void> {
  await untilAgreed(fleet, hash);
  await untilLooked(fleet.redis, { replicas: fleet.replicas.length, looks: 3 });
  await requireAgreed(fleet, hash);
}

/** Programs without a test runner ask this too. */
async function requireAgreed({ redis, replicas }: SharedFleet, hash: string): Promise<void> {
  const served = await Promise.all(replicas.map(servedHash));
  const published = await redis.command("GET", "mosaic:views:hash");
  deepStrictEqual({ served, published }, { served: replicas.map(() => hash), published: hash });
}
