import { isIP } from "node:net";
import * as v from "valibot";
import { type Language, type LocalizedText, sameInEachLanguage } from "../../lib/language.ts";
import { findHashTag, parseRedisUrl, type RedisAddress } from "../../lib/redis-url.ts";
import type { Environment } from "./setting-values.ts";
import { hasNoPasswordAfterHost, hasValidEscapes, isPlainUrl } from "./url-settings.ts";

/** How to connect to Redis; all fields are undefined unless `CACHE_BACKEND` is `redis`. */
export interface RedisSettings {
  /** Names one server, a Unix socket, Sentinels or the nodes of a cluster. */
  readonly redisUrl: string | undefined;
  /**
   * Path of a PEM file with trusted CA certificates, which replace those of the runtime. All `redisTls…`
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

export const PLAIN_URL_FORM: LocalizedText = {
  en: "a URL without spaces and line breaks: write a space as %20",
  pt: "uma URL sem espaços e quebras de linha: escreva um espaço como %20",
};
export const URL_PASSWORD_FORM: LocalizedText = {
  en: "a URL without @ after the host: write / in a password as %2F, ? as %3F and # as %23",
  pt: "uma URL sem @ depois do host: em uma senha, escreva / como %2F, ? como %3F e # como %23",
};
export const URL_ESCAPES_FORM: LocalizedText = {
  en: "a URL with each % written as %25, unless it begins an escape such as %40",
  pt: "uma URL com cada % escrito como %25, a não ser no começo de um escape como %40",
};
const SERVER_NAME_FORM: LocalizedText = {
  en: "a host name, such as redis.example",
  pt: "um nome de host, como redis.example",
};
const NO_ADDRESS_FORM: LocalizedText = {
  en: "a host name, not an IP address: TLS cannot send addresses as server names",
  pt: "um nome de host, e não um endereço IP: o TLS não envia endereços como nomes de servidor",
};

/** The settings of Redis, with messages in a language. */
export const createRedisEntries = (language: Language) => ({
  REDIS_URL: v.optional(
    v.pipe(
      v.string(),
      v.check(isPlainUrl, PLAIN_URL_FORM[language]),
      v.check(hasNoPasswordAfterHost, URL_PASSWORD_FORM[language]),
      v.check(hasValidEscapes, URL_ESCAPES_FORM[language]),
      v.check(
        (url) => parseRedisUrl(url).kind === "address",
        ({ input }) => urlFormOf(input)[language],
      ),
    ),
  ),
  REDIS_TLS_CA: v.optional(v.string()),
  REDIS_TLS_CERT: v.optional(v.string()),
  REDIS_TLS_KEY: v.optional(v.string()),
  REDIS_TLS_SERVERNAME: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9_.-]{1,253}$/, SERVER_NAME_FORM[language]),
      v.check((name) => isIP(name) === 0, NO_ADDRESS_FORM[language]),
    ),
  ),
  REDIS_SENTINEL_USERNAME: v.optional(v.string()),
  REDIS_SENTINEL_PASSWORD: v.optional(v.string()),
});

type RedisValues = Readonly<Partial<Record<keyof ReturnType<typeof createRedisEntries>, string | undefined>>>;

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

function urlFormOf(url: string): LocalizedText {
  const parsed = parseRedisUrl(url);
  return parsed.kind === "invalid" ? parsed.form : sameInEachLanguage("");
}

export function findRedisContradictions(values: Environment): readonly LocalizedText[] {
  const { CACHE_BACKEND: backend, REDIS_URL: url } = values;
  if (backend === "redis" && url === undefined) {
    return [
      {
        en: "REDIS_URL is not set: CACHE_BACKEND=redis needs it, such as redis://127.0.0.1:6379/0",
        pt: "REDIS_URL não está definida: CACHE_BACKEND=redis precisa dela, como redis://127.0.0.1:6379/0",
      },
    ];
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

function findTlsContradictions(values: Environment, { kind, tls }: RedisAddress): readonly LocalizedText[] {
  if (!tls) {
    const scheme = (values.REDIS_URL ?? "").split("://", 1)[0];
    const tlsScheme = `${scheme?.replace("redis", "rediss")}://`;
    const only =
      kind === "socket"
        ? { en: "a Unix socket has no TLS", pt: "um socket Unix não tem TLS" }
        : { en: `only ${tlsScheme} uses TLS`, pt: `só ${tlsScheme} usa TLS` };
    return TLS_NAMES.filter((name) => values[name] !== undefined).map((name) => ({
      en: `${name} is set, but REDIS_URL begins with ${scheme}://: ${only.en}`,
      pt: `${name} está definida, mas REDIS_URL começa com ${scheme}://: ${only.pt}`,
    }));
  }
  const halves = [
    ["REDIS_TLS_CERT", "REDIS_TLS_KEY", { en: "its private key", pt: "sua chave privada" }],
    ["REDIS_TLS_KEY", "REDIS_TLS_CERT", { en: "its certificate", pt: "seu certificado" }],
  ] as const;
  return halves
    .filter(([has, lacks]) => values[has] !== undefined && values[lacks] === undefined)
    .map(([has, lacks, what]) => ({
      en: `${has} also needs ${lacks}, the path of ${what.en}`,
      pt: `${has} também precisa de ${lacks}, o caminho de ${what.pt}`,
    }));
}

function findSentinelContradictions(values: Environment, { kind }: RedisAddress): readonly LocalizedText[] {
  const names = ["REDIS_SENTINEL_USERNAME", "REDIS_SENTINEL_PASSWORD"].filter(
    (name) => values[name] !== undefined,
  );
  if (kind !== "sentinel") {
    return names.map((name) => ({
      en: `${name} is set, but REDIS_URL does not begin with redis-sentinel://: only Sentinels use it`,
      pt: `${name} está definida, mas REDIS_URL não começa com redis-sentinel://: só Sentinels a usam`,
    }));
  }
  return names.length === 1 && names[0] === "REDIS_SENTINEL_USERNAME"
    ? [
        {
          en: "REDIS_SENTINEL_PASSWORD is not set: REDIS_SENTINEL_USERNAME needs it",
          pt: "REDIS_SENTINEL_PASSWORD não está definida: REDIS_SENTINEL_USERNAME precisa dela",
        },
      ]
    : [];
}

function findClusterContradictions(values: Environment, { kind }: RedisAddress): readonly LocalizedText[] {
  const namespace = (values.CACHE_NAMESPACE ?? "mosaic").replace(/:+$/, "");
  if (kind !== "cluster" || findHashTag(namespace) !== undefined) return [];
  const tagged = `{${namespace.replace(/[{}]/g, "")}}`;
  const [given, meant] = [JSON.stringify(namespace), tagged === "{}" ? "{mosaic}" : tagged];
  return [
    {
      en: `CACHE_NAMESPACE is ${given}: a cluster needs a hash tag, which is a part in braces, to keep the keys of a catalog on one node: write CACHE_NAMESPACE=${meant}`,
      pt: `CACHE_NAMESPACE é ${given}: um cluster precisa de uma hash tag, que é uma parte entre chaves, para manter as chaves de um catálogo em um só nó: escreva CACHE_NAMESPACE=${meant}`,
    },
  ];
}
