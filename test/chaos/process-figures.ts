import { readdir, readFile } from "node:fs/promises";
import { REPLICA_USER } from "../support/faults/fault.ts";
import type { RedisServer } from "../support/redis-server.ts";

/** Resident memory of a process in MiB, as the system counts it. */
export async function readResidentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`Cannot read the memory of process ${pid}`);
  return Number(kib) / 1024;
}

export async function countOpenFiles(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

/** Connections that replicas have to Redis, all together. */
export async function countRedisConnections(redis: RedisServer): Promise<number> {
  const list = String(await redis.command("CLIENT", "LIST"));
  return list.split("\n").filter((line) => line.includes(` user=${REPLICA_USER.name} `)).length;
}
