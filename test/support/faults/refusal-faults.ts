import { type Fault, type FaultTarget, REPLICA_USER } from "./fault.ts";

/** A Redis that answers, and says no. */
export const REFUSAL_FAULTS: readonly Fault[] = [
  {
    name: "password changed",
    async inject(target) {
      await setUser(target, "resetpass", ">another");
      await target.redis.command("CLIENT", "KILL", "USER", REPLICA_USER.name);
    },
    heal: (target) => setUser(target, "resetpass", `>${REPLICA_USER.password}`),
  },
  {
    name: "no rights",
    inject: (target) => setUser(target, "-@all"),
    heal: (target) => setUser(target, "+@all"),
  },
  {
    name: "no right to write",
    inject: (target) => setUser(target, "-@write"),
    heal: (target) => setUser(target, "+@all"),
  },
  {
    name: "no right to channels",
    isSilent: true,
    inject: (target) => setUser(target, "resetchannels"),
    heal: (target) => setUser(target, "allchannels"),
  },
  {
    name: "read-only replica of a dead primary",
    async inject({ redis }) {
      await redis.command("REPLICAOF", "127.0.0.1", "1");
    },
    async heal({ redis }) {
      await redis.command("REPLICAOF", "NO", "ONE");
    },
  },
  {
    name: "out of memory",
    async inject({ redis }) {
      await redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
      await redis.command("CONFIG", "SET", "maxmemory", "1");
    },
    async heal({ redis }) {
      await redis.command("CONFIG", "SET", "maxmemory", "0");
    },
  },
];

async function setUser({ redis }: FaultTarget, ...rules: readonly string[]): Promise<void> {
  await redis.command("ACL", "SETUSER", REPLICA_USER.name, ...rules);
}
