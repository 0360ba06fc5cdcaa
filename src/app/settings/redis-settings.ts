import { isIP } from "node:net";
import * as v from "valibot";
import { findHashTag, parseRedisUrl, type RedisAddress } from "../../lib/redis-url.ts";
import type { Environment } from "./setting-values.ts";
import { hasNoPasswordAfterHost, hasValidEscapes, isPlainUrl } from "./url-settings.ts";

/** How to connect to Redis; all fields are undefined unless `CACHE_BACKEND` is `redis`. */
export interface RedisSettings {
  /** Names one server, a Unix socket, Sentinels or the nodes of a cluster. */
  readonly redisUrl: string | undefined;
  /**
   * Path of a PEM file with trusted CA certificates, which replace those of the system. All `redisTls…`
   * settings require a TLS URL.
   */
  readonly redisTlsCa: string | undefined;
  /** Paths of PEM files: the client certificate and its private key. Both are set, or neither is. */
  readonly redisTlsCert: string | undefined;
  readonly redisTlsKey: string | undefined;
  /** The server name that is sent (SNI) and expected in the certificate, instead of the URL's host. */
  readonly redisTlsServername: string | undefined;
  /** The login at the Sentinels; the login in the URL is that of Redis itself. */
  readonly redisSentinelUsername: string | undefined;
  readonly redisSentinelPassword: string | undefined;
}

export const PLAIN_URL_FORM = "a URL without spaces and line breaks: write a space as %20";
export const URL_PASSWORD_FORM =
  "a URL without @ after the host: write / in a password as %2F, ? as %3F and # as %23";
export const URL_ESCAPES_FORM = "a URL with each % written as %25, unless it begins an escape such as %40";

export const redisEntries = {
  REDIS_URL: v.optional(
    v.pipe(
      v.string(),
      v.check(isPlainUrl, PLAIN_URL_FORM),
      v.check(hasNoPasswordAfterHost, URL_PASSWORD_FORM),
      v.check(hasValidEscapes, URL_ESCAPES_FORM),
      v.check(
        (url) => parseRedisUrl(url).kind === "address",
        ({ input }) => urlFormOf(input),
      ),
    ),
  ),
  REDIS_TLS_CA: v.optional(v.string()),
  REDIS_TLS_CERT: v.optional(v.string()),
  REDIS_TLS_KEY: v.optional(v.string()),
  REDIS_TLS_SERVERNAME: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9_.-]{1,253}$/, "a host name, such as redis.example"),
      v.check(
        (name) => isIP(name) === 0,
        "a host name, not an IP address: TLS cannot send addresses as server names",
      ),
    ),
  ),
  REDIS_SENTINEL_USERNAME: v.optional(v.string()),
  REDIS_SENTINEL_PASSWORD: v.optional(v.string()),
};

type RedisValues = Readonly<Partial<Record<keyof typeof redisEntries, string | undefined>>>;

export function toRedisSettings(values: RedisValues, isUsed: boolean): RedisSettings {
  const usedValue = (name: keyof RedisValues): string | undefined => (isUsed ? values[name] : undefined);
  return {
    redisUrl: usedValue("REDIS_URL"),
    redisTlsCa: usedValue("REDIS_TLS_CA"),
    redisTlsCert: usedValue("REDIS_TLS_CERT"),
    redisTlsKey: usedValue("REDIS_TLS_KEY"),
    redisTlsServername: usedValue("REDIS_TLS_SERVERNAME"),
    redisSentinelUsername: usedValue("REDIS_SENTINEL_USERNAME"),
    redisSentinelPassword: usedValue("REDIS_SENTINEL_PASSWORD"),
  };
}

function urlFormOf(url: string): string {
  const parsed = parseRedisUrl(url);
  return parsed.kind === "invalid" ? parsed.form : "";
}

export function findRedisContradictions(values: Environment): readonly string[] {
  const { CACHE_BACKEND: backend, REDIS_URL: url } = values;
  if (backend === "redis" && url === undefined) {
    return ["REDIS_URL is not set: CACHE_BACKEND=redis needs it, such as redis://127.0.0.1:6379/0"];
  }
  const parsed = parseRedisUrl(url ?? "");
  if (parsed.kind === "invalid") return [];
  const { address } = parsed;
  return [
    ...findTlsContradictions(values, address),
    ...findSentinelContradictions(values, address),
    ...(backend === "redis" ? findClusterContradictions(values, address) : []),
  ];
}

const TLS_NAMES = ["REDIS_TLS_CA", "REDIS_TLS_CERT", "REDIS_TLS_KEY", "REDIS_TLS_SERVERNAME"] as const;

function findTlsContradictions(values: Environment, { kind, tls }: RedisAddress): readonly string[] {
  if (!tls) {
    const scheme = (values.REDIS_URL ?? "").split("://", 1)[0];
    const only =
      kind === "socket"
        ? "a Unix socket has no TLS"
        : `only ${scheme?.replace("redis", "rediss")}:// uses TLS`;
    return TLS_NAMES.filter((name) => values[name] !== undefined).map(
      (name) => `${name} is set, but REDIS_URL begins with ${scheme}://: ${only}`,
    );
  }
  const halves = [
    ["REDIS_TLS_CERT", "REDIS_TLS_KEY", "its private key"],
    ["REDIS_TLS_KEY", "REDIS_TLS_CERT", "its certificate"],
  ] as const;
  return halves
    .filter(([has, lacks]) => values[has] !== undefined && values[lacks] === undefined)
    .map(([has, lacks, what]) => `${has} also needs ${lacks}, the path of ${what}`);
}

function findSentinelContradictions(values: Environment, { kind }: RedisAddress): readonly string[] {
  const names = ["REDIS_SENTINEL_USERNAME", "REDIS_SENTINEL_PASSWORD"].filter(
    (name) => values[name] !== undefined,
  );
  if (kind !== "sentinel") {
    return names.map(
      (name) => `${name} is set, but REDIS_URL does not begin with redis-sentinel://: only Sentinels use it`,
    );
  }
  return names.length === 1 && names[0] === "REDIS_SENTINEL_USERNAME"
    ? ["REDIS_SENTINEL_PASSWORD is not set: REDIS_SENTINEL_USERNAME needs it"]
    : [];
}

function findClusterContradictions(values: Environment, { kind }: RedisAddress): readonly string[] {
  const namespace = (values.CACHE_NAMESPACE ?? "mosaic").replace(/:+$/, "");
  if (kind !== "cluster" || findHashTag(namespace) !== undefined) return [];
  const tagged = `{${namespace.replace(/[{}]/g, "")}}`;
  return [
    `CACHE_NAMESPACE is ${JSON.stringify(namespace)}: a cluster needs a hash tag, which is a part in braces, to keep the keys of a catalog on one node: write CACHE_NAMESPACE=${tagged === "{}" ? "{mosaic}" : tagged}`,
  ];
}
