import type { RedisServer } from "../redis-server.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { TcpProxy } from "../tcp-proxy.ts";

/** What faults are put on: one Redis, and what stands between it and the replicas. */
export interface FaultTarget {
  /** Started with `FAULTY_REDIS_ARGS`. */
  readonly redis: RedisServer;
  /** One before each replica. */
  readonly proxies: readonly TcpProxy[];
  readonly namespace: string;
  readonly random: SeededRandom;
  /** Moves the wall clock of every replica, those that start later included; 0 ends it. */
  shiftClocks(offsetMs: number): Promise<void>;
}

/** Something that goes wrong, and how it ends. */
export interface Fault {
  readonly name: string;
  /** Whether Redis answers normally all the while: then no replica has cause to call itself degraded. */
  readonly isSilent?: boolean;
  inject(target: FaultTarget): Promise<void>;
  /** Takes the cause away. What the fault did to the data is left to the replicas. */
  heal(target: FaultTarget): Promise<void>;
}

/** The user of the replicas: its rights and its password can go while the harness keeps its own. */
export const REPLICA_USER = { name: "mosaic", password: "right" } as const;

/** What `startRedis` must be given so that every fault can be put on it. */
export const FAULTY_REDIS_ARGS: readonly string[] = [
  ...["--enable-debug-command", "local"],
  ...["--user", REPLICA_USER.name, "on", `>${REPLICA_USER.password}`, "~*", "&*", "+@all"],
];

/** The address of a Redis, or of a proxy before it, with the replicas' user and password. */
export function replicaRedisUrl({ port }: { readonly port: number }): string {
  return `redis://${REPLICA_USER.name}:${REPLICA_USER.password}@127.0.0.1:${port}/0`;
}
