import { describe, expect, test } from "vitest";
import { type Environment, parseSettings, type Settings } from "../../../src/app/settings/settings.ts";
import { messageOf, startMessage } from "./start-message.ts";
import { NAMESPACE } from "./wrong-setting-rows.ts";

const DEFAULTS: Settings = {
  cacheBackend: "local",
  redisUrl: undefined,
  redisTlsCa: undefined,
  redisTlsCert: undefined,
  redisTlsKey: undefined,
  redisTlsServername: undefined,
  redisSentinelUsername: undefined,
  redisSentinelPassword: undefined,
  cacheNamespace: "mosaic",
  fleetId: undefined,
  replicaName: undefined,
  viewsDir: "data/views",
  viewsCacheTtlSeconds: 86_400,
  viewsSignatureMode: "none",
  viewsSignatureKey: undefined,
  viewsSignatureKeyring: undefined,
  viewsSignatureRequired: false,
  tickersCacheTtlSeconds: 300,
  httpIdleTimeoutSeconds: 65,
  httpDrainDelaySeconds: 0,
  tickersSql: "SELECT ticker FROM view_fiis_info",
  databaseUrl: undefined,
  adminToken: undefined,
  host: "127.0.0.1",
  port: 8000,
  logLevel: "info",
  logFormat: "json",
  otel: { environment: {}, disabled: false, traces: false, requestRatio: undefined, metrics: undefined },
};

const ALL_NAMES = [
  ...[
    "CACHE_BACKEND",
    "REDIS_URL",
    "CACHE_NAMESPACE",
    "VIEWS_DIR",
    "VIEWS_CACHE_TTL",
    "VIEWS_SIGNATURE_MODE",
  ],
  ...["VIEWS_SIGNATURE_KEY", "VIEWS_SIGNATURE_KEYRING"],
  ...["TICKERS_CACHE_TTL", "TICKERS_SQL", "DATABASE_URL"],
  ...["VIEWS_SIGNATURE_REQUIRED", "ADMIN_TOKEN", "HOST", "PORT", "LOG_LEVEL", "LOG_FORMAT"],
];

const parse = (environment: Environment) => parseSettings(environment, { terminal: false });

describe("parseSettings()", () => {
  test.each([{ PORT: 0 }, { LOG_LEVEL: true }, { DATABASE_URL: null }])(
    "parseSettings() names a setting of %j that is not text",
    (environment) => {
      const [name] = Object.keys(environment);
      expect(() => parse(environment as unknown as Environment)).toThrow(
        new TypeError(`Cannot parse the settings: ${name} must be text, as in an environment`),
      );
    },
  );

  test("parseSettings() has a default for every setting", () => {
    expect(parse({})).toStrictEqual({ kind: "settings", settings: DEFAULTS, warnings: [] });
  });

  test.each<[Environment, Partial<Settings>]>([
    [{ CACHE_BACKEND: "local" }, {}],
    [
      { CACHE_BACKEND: "redis", REDIS_URL: "redis://h" },
      { cacheBackend: "redis", redisUrl: "redis://h" },
    ],
    [
      { CACHE_BACKEND: "redis", REDIS_URL: "rediss://u:p@[::1]:6380/15" },
      { cacheBackend: "redis", redisUrl: "rediss://u:p@[::1]:6380/15" },
    ],
    [
      { CACHE_BACKEND: "redis", REDIS_URL: "redis://h/" },
      { cacheBackend: "redis", redisUrl: "redis://h/" },
    ],
    [{ REDIS_URL: "redis://h:6379/0" }, {}],
    [{ CACHE_NAMESPACE: "prod" }, { cacheNamespace: "prod" }],
    [{ CACHE_NAMESPACE: "prod:" }, { cacheNamespace: "prod" }],
    [{ CACHE_NAMESPACE: "a:b::" }, { cacheNamespace: "a:b" }],
    [{ CACHE_NAMESPACE: "{mosaic}" }, { cacheNamespace: "{mosaic}" }],
    [{ CACHE_NAMESPACE: "n".repeat(100) }, { cacheNamespace: "n".repeat(100) }],
    [{ VIEWS_DIR: "/etc/mosaic/os views" }, { viewsDir: "/etc/mosaic/os views" }],
    [{ VIEWS_CACHE_TTL: "1" }, { viewsCacheTtlSeconds: 1 }],
    [{ VIEWS_CACHE_TTL: "315360000" }, { viewsCacheTtlSeconds: 315_360_000 }],
    ...[
      ["300", 300],
      ["0.5", 0.5],
      ["0.000001", 0.000_001],
      ["1.50", 1.5],
      ["0300", 300],
      ["315360000", 315_360_000],
      ["315360000.0", 315_360_000],
    ].map(([text, seconds]): [Environment, Partial<Settings>] => [
      { TICKERS_CACHE_TTL: `${text}` },
      { tickersCacheTtlSeconds: Number(seconds) },
    ]),
    ...[
      "SELECT ticker FROM other",
      "select code as ticker from funds where name <> 'a;b';",
      "WITH f AS (SELECT ticker FROM t) SELECT ticker FROM f",
      "-- all funds\nSELECT ticker FROM t",
    ].map((sql): [Environment, Partial<Settings>] => [{ TICKERS_SQL: sql }, { tickersSql: sql }]),
    ...[
      "sqlite:funds.db",
      "sqlite:/var/lib/my funds.db",
      "sqlite::memory:",
      "postgres://h",
      "postgres://u:p@h:5432/db",
      "postgresql://u@[::1]/db?sslmode=require",
      "postgres://u%40x:p%25%3A%2F%C3%A7@h/d%20b",
      "sqlite:100%.db",
    ].map((url): [Environment, Partial<Settings>] => [{ DATABASE_URL: url }, { databaseUrl: url }]),
    [{ VIEWS_SIGNATURE_MODE: "none" }, {}],
    [{ VIEWS_SIGNATURE_MODE: "sha256" }, { viewsSignatureMode: "sha256" }],
    [
      { VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEYRING: "/run/secrets/keys.json" },
      { viewsSignatureMode: "hmac", viewsSignatureKeyring: "/run/secrets/keys.json" },
    ],
    [{ VIEWS_SIGNATURE_KEYRING: "keys.json" }, { viewsSignatureKeyring: "keys.json" }],
    ...["false", "FALSE", "0", "no", "off"].map((text): [Environment, Partial<Settings>] => [
      { VIEWS_SIGNATURE_REQUIRED: text },
      {},
    ]),
    ...["true", "True", "1", "yes", "ON"].map((text): [Environment, Partial<Settings>] => [
      { VIEWS_SIGNATURE_MODE: "sha256", VIEWS_SIGNATURE_REQUIRED: text },
      { viewsSignatureMode: "sha256", viewsSignatureRequired: true },
    ]),
    [{ ADMIN_TOKEN: "t0k3n!~" }, { adminToken: "t0k3n!~" }],
    [{ ADMIN_TOKEN: "t".repeat(1024) }, { adminToken: "t".repeat(1024) }],
    [{ HOST: "0.0.0.0" }, { host: "0.0.0.0" }],
    [{ HOST: "::1" }, { host: "::1" }],
    [{ PORT: "0" }, { port: 0 }],
    [{ PORT: "65535" }, { port: 65_535 }],
    [{ LOG_LEVEL: "silent" }, { logLevel: "silent" }],
    [{ LOG_FORMAT: "pretty" }, { logFormat: "pretty" }],
    [{ LOG_FORMAT: "json" }, { logFormat: "json" }],
    [{ UNKNOWN_SETTING: "x", PATH: "/bin" }, {}],
  ])("parseSettings() takes %j", (environment, settings) => {
    expect(parse(environment)).toStrictEqual({
      kind: "settings",
      settings: { ...DEFAULTS, ...settings },
      warnings: [],
    });
  });

  test.each([
    [{}, true, "pretty"],
    [{}, false, "json"],
    [{ LOG_FORMAT: "json" }, true, "json"],
    [{ LOG_FORMAT: "" }, true, "pretty"],
  ] as const)("parseSettings() of %j with a terminal: %j logs as %s", (environment, terminal, logFormat) => {
    expect(parseSettings(environment, { terminal })).toHaveProperty("settings.logFormat", logFormat);
  });

  test("parseSettings() takes an empty setting for an unset one, but for the namespace", () => {
    const empty = Object.fromEntries(ALL_NAMES.map((name) => [name, ""]));
    expect(messageOf(empty)).toBe(startMessage(`CACHE_NAMESPACE is "": expected ${NAMESPACE}`));
    const { CACHE_NAMESPACE: _, ...others } = empty;
    expect(parse(others)).toStrictEqual({ kind: "settings", settings: DEFAULTS, warnings: [] });
  });

  test("parseSettings() freezes the settings and leaves the environment as it was", () => {
    const environment = Object.freeze({ CACHE_NAMESPACE: "a:" });
    const parsed = parse(environment);
    expect(parsed).toHaveProperty("settings.cacheNamespace", "a");
    expect(Object.isFrozen(parsed.kind === "settings" && parsed.settings)).toBe(true);
    expect(environment).toEqual({ CACHE_NAMESPACE: "a:" });
  });
});
