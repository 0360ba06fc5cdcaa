import { expect, vi } from "vitest";
import type { RedisServer } from "./redis-server.ts";
import { type FleetReplica, servedHash } from "./running-fleet.ts";
import { untilLooked } from "./watch-looks.ts";

/** Replicas and the Redis that they share. */
export interface SharedFleet {
  readonly redis: Pick<RedisServer, "command" | "port">;
  readonly replicas: readonly FleetReplica[];
}

const WAIT = { timeout: 15_000, interval: 50 };

/** Resolves when every replica serves this catalog and Redis names it. */
export async function untilAgreed({ redis, replicas }: SharedFleet, hash: string): Promise<void> {
  await vi.waitFor(() => expectAgreed({ redis, replicas }, hash), WAIT);
}

/** The same, and that it is so still when each replica has compared itself with Redis again. */
export async function expectLasting(fleet: SharedFleet, hash: string): Promise<void> {
  await untilAgreed(fleet, hash);
  await untilLooked(fleet.redis, { replicas: fleet.replicas.length, looks: 3 });
  await expectAgreed(fleet, hash);
}

async function expectAgreed({ redis, replicas }: SharedFleet, hash: string): Promise<void> {
  const served = await Promise.all(replicas.map(servedHash));
  const published = await redis.command("GET", "mosaic:views:hash");
  expect({ served, published }).toEqual({ served: replicas.map(() => hash), published: hash });
}
