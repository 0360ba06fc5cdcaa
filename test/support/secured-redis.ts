import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type CertificateAuthority, createCertificateAuthority } from "./certificates.ts";
import { freePort } from "./free-port.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

/** A Redis that services reach over TLS alone, as a user with the documented rights; `command` may do everything. */
export interface SecuredRedis extends RedisServer {
  /** What a service needs to use it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly password: string;
}

const MANUAL = new URL("../../docs/ops/redis_cache.md", import.meta.url);
const STARTS_MAX = 3;

/** The words of the line that operators are told to give Redis, with a password and a namespace in their places. */
export async function documentedRights(password: string, namespace = "mosaic"): Promise<readonly string[]> {
  return (await manualLine("mosaic", password)).map((word) =>
    word.replace(/^([~&])mosaic:/, `$1${namespace}:`),
  );
}

/** The words of the line for Sentinels. */
export function documentedSentinelRights(password: string): Promise<readonly string[]> {
  return manualLine("mosaic-sentinel", password);
}

/** The rights that a node of a cluster needs as well. */
export async function documentedClusterRights(): Promise<readonly string[]> {
  const cell = /^\| a node of a cluster \| the same, and `(\S+)`/m.exec(await readFile(MANUAL, "utf8"))?.[1];
  if (cell === undefined) throw new Error("docs/ops/redis_cache.md has no rights of a node of a cluster");
  // The line is in a table.
  return [cell.replace("\\|", "|")];
}

async function manualLine(user: string, password: string): Promise<readonly string[]> {
  const line = new RegExp(`^ACL SETUSER ${user} .+$`, "m").exec(await readFile(MANUAL, "utf8"))?.[0];
  if (line === undefined) throw new Error(`docs/ops/redis_cache.md has no line ACL SETUSER ${user}`);
  return line.replace("PASSWORD", password).split(" ");
}

export async function startSecuredRedis(): Promise<SecuredRedis> {
  const authority = await createCertificateAuthority();
  try {
    const { redis, tlsPort } = await startWithTls(authority);
    const password = randomUUID();
    await redis.command(...(await documentedRights(password)));
    const stop = async (): Promise<void> => {
      await redis.stop();
      await authority[Symbol.asyncDispose]();
    };
    const settings = {
      CACHE_BACKEND: "redis",
      REDIS_URL: `rediss://mosaic:${password}@127.0.0.1:${tlsPort}/0`,
      REDIS_TLS_CA: authority.path,
    };
    return { ...redis, settings, password, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await authority[Symbol.asyncDispose]();
    throw error;
  }
}

/** Somebody else may bind the second port before Redis does. */
async function startWithTls(
  authority: CertificateAuthority,
): Promise<{ readonly redis: RedisServer; readonly tlsPort: number }> {
  const { cert, key } = await authority.issue({ for: "IP:127.0.0.1" });
  const files = ["--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no"];
  for (let start = 1; ; start += 1) {
    const tlsPort = await freePort();
    try {
      return { redis: await startRedis({ args: ["--tls-port", String(tlsPort), ...files] }), tlsPort };
    } catch (error) {
      if (start === STARTS_MAX) throw error;
    }
  }
}
