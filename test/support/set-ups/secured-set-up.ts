import { randomUUID } from "node:crypto";
import { documentedClusterRights, documentedRights, documentedSentinelRights } from "../secured-redis.ts";
import { startClusterSetUp } from "./cluster-set-up.ts";
import { startSentinelSetUp } from "./sentinel-set-up.ts";
import type { SetUpNode } from "./set-up-nodes.ts";

/** Several servers that services reach with a client certificate alone, as a user with the documented rights. */
export interface SecuredSetUp extends AsyncDisposable {
  /** What a service needs to use it. */
  readonly settings: Readonly<Record<string, string>>;
  /** The server that has the keys. */
  primary(): Promise<SetUpNode>;
  /** What any server has refused to a user, such as `eval`. */
  refusals(): Promise<readonly string[]>;
}

/** Those that a service finds its primary in. */
export const SECURED_SET_UPS = [
  { name: "Sentinel", start: startSecuredSentinel },
  { name: "Cluster", start: startSecuredCluster },
] as const;

async function startSecuredSentinel(): Promise<SecuredSetUp> {
  const setUp = await startSentinelSetUp({ secured: true });
  const { nodes, sentinels, settings, primary } = setUp;
  const password = randomUUID();
  const ofSentinels = await documentedSentinelRights(password);
  await grant(nodes, await documentedRights(password));
  await grant(sentinels, ofSentinels);
  const [, , sentinelUser = ""] = ofSentinels;
  return {
    settings: {
      ...loginAs(settings, password),
      REDIS_SENTINEL_USERNAME: sentinelUser,
      REDIS_SENTINEL_PASSWORD: password,
    },
    primary,
    refusals: () => refusalsAt([...nodes, ...sentinels]),
    [Symbol.asyncDispose]: () => setUp[Symbol.asyncDispose](),
  };
}

async function startSecuredCluster(): Promise<SecuredSetUp> {
  const setUp = await startClusterSetUp({ secured: true });
  const { nodes, namespace, settings, owner } = setUp;
  const password = randomUUID();
  await grant(nodes, [
    ...(await documentedRights(password, namespace)),
    ...(await documentedClusterRights()),
  ]);
  return {
    settings: loginAs(settings, password),
    primary: owner,
    refusals: () => refusalsAt(nodes),
    [Symbol.asyncDispose]: () => setUp[Symbol.asyncDispose](),
  };
}

async function grant(
  servers: readonly Pick<SetUpNode, "command">[],
  words: readonly string[],
): Promise<void> {
  for (const { command } of servers) await command(...words);
}

function loginAs(
  settings: Readonly<Record<string, string>>,
  password: string,
): Readonly<Record<string, string>> {
  const { REDIS_URL = "" } = settings;
  return { ...settings, REDIS_URL: REDIS_URL.replace(/\/\/[^@]*@/, `//mosaic:${password}@`) };
}

async function refusalsAt(servers: readonly Pick<SetUpNode, "command">[]): Promise<readonly string[]> {
  const logs = await Promise.all(servers.map(({ command }) => command("ACL", "LOG")));
  const entries = (logs as (readonly (readonly unknown[])[])[]).flat();
  return entries.map((entry) => String(entry[entry.indexOf("object") + 1]));
}
