import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Environment, parseSettings, type Settings } from "../../src/app/settings.ts";
import {
  DATABASE,
  DATABASE_ESCAPES,
  NAMESPACE,
  PORT,
  REDIS,
  TTL,
  WRONG,
} from "./settings/wrong-setting-rows.ts";

const DEFAULTS: Settings = {
  cacheBackend: "local",
  redisUrl: undefined,
  redisTlsCa: undefined,
  cacheNamespace: "mosaic",
  viewsDir: "data/views",
  viewsCacheTtlSeconds: 86_400,
  viewsSignatureMode: "none",
  viewsSignatureKey: undefined,
  viewsSignatureKeyring: undefined,
  viewsSignatureRequired: false,
  tickersCacheTtlSeconds: 300,
  tickersSql: "SELECT ticker FROM view_fiis_info",
  databaseUrl: undefined,
  adminToken: undefined,
  host: "127.0.0.1",
  port: 8000,
  logLevel: "info",
  logFormat: "json",
  otel: { disabled: false, traces: false, requestRatio: undefined, metrics: undefined },
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

function parse(environment: Environment) {
  return parseSettings(environment, { terminal: false });
}

function messageOf(environment: Environment): string {
  const parsed = parse(environment);
  return parsed.kind === "invalid" ? parsed.message : "";
}

function lines(...problems: readonly string[]): string {
  const count = problems.length === 1 ? "1 setting is" : `${problems.length} settings are`;
  return [`Cannot start: ${count} wrong`, ...problems.map((problem) => `  ${problem}`)].join("\n");
}

describe("parseSettings()", () => {
  test("parseSettings() has a default for every setting", () => {
    expect(parse({})).toStrictEqual({ kind: "settings", settings: DEFAULTS });
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
    expect(parse(environment)).toStrictEqual({ kind: "settings", settings: { ...DEFAULTS, ...settings } });
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
    expect(messageOf(empty)).toBe(lines(`CACHE_NAMESPACE is "": it takes ${NAMESPACE}`));
    const { CACHE_NAMESPACE: _, ...others } = empty;
    expect(parse(others)).toStrictEqual({ kind: "settings", settings: DEFAULTS });
  });

  test("parseSettings() freezes the settings and leaves the environment as it was", () => {
    const environment = Object.freeze({ CACHE_NAMESPACE: "a:" });
    const parsed = parse(environment);
    expect(parsed).toHaveProperty("settings.cacheNamespace", "a");
    expect(Object.isFrozen(parsed.kind === "settings" && parsed.settings)).toBe(true);
    expect(environment).toEqual({ CACHE_NAMESPACE: "a:" });
  });
});

describe("parseSettings() of wrong settings", () => {
  test.each(WRONG)("parseSettings() refuses %s=%j", (name, value, takes) => {
    const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
    const message = lines(`${name} is ${JSON.stringify(shown)}: it takes ${takes}`);
    expect(parse({ [name]: value })).toStrictEqual({ kind: "invalid", message });
  });

  test.each([
    ["redis://user:s3cret@h/0?db=1", "redis://***@h/0?***"],
    ["redis://s3cret@h/0#x", "redis://***@h/0"],
    ["http://user:s3cret@h/", "http://***@h/"],
    ["user:s3cret@h:6379", "(not a URL, not shown)"],
    ["redis://user:1234/s3cret@h", "(not a URL, not shown)"],
  ])("parseSettings() refuses REDIS_URL=%s and shows it as %s", (value, shown) => {
    expect(messageOf({ REDIS_URL: value })).toBe(lines(`REDIS_URL is "${shown}": it takes ${REDIS}`));
  });

  test.each([
    ["mysql://user:s3cret@h/db", "mysql://***@h/db"],
    ["mysql://s3cret@h/db?password=s3cret", "mysql://***@h/db?***"],
    ["postgres://user:s3cret@", "(not a URL, not shown)"],
    ["postgres://user:s3/cret@h/db", "(not a URL, not shown)"],
    ["postgres:user:s3cret@h/db", "(not a URL, not shown)"],
    ["postgres:///db?host=/run&password=s3cret", "postgres:///db?***"],
    ["user:s3cret@h/db", "(not a URL, not shown)"],
    ["sqlite:", "(not a URL, not shown)"],
  ])("parseSettings() refuses DATABASE_URL=%s and shows it as %s", (value, shown) => {
    expect(messageOf({ DATABASE_URL: value })).toBe(
      lines(`DATABASE_URL is "${shown}": it takes ${DATABASE}`),
    );
  });

  test.each(["s3cret%", "s3%cret", "%zzs3cret", "s3cret%40%", "%e9s3cret", "s3cret%4"])(
    "parseSettings() refuses a DATABASE_URL with the password %s, which is no escape, and does not show it",
    (password) => {
      const wrong = lines(`DATABASE_URL is "postgres://***@h/db": it takes ${DATABASE_ESCAPES}`);
      expect(messageOf({ DATABASE_URL: `postgres://u:${password}@h/db` })).toBe(wrong);
      expect(messageOf({ DATABASE_URL: `postgres://${password}@h/db` })).toBe(wrong);
    },
  );

  test.each([
    ["two words", "visible ASCII characters without spaces"],
    ["sênha", "visible ASCII characters without spaces"],
    ["t0ken\n", "visible ASCII characters without spaces"],
    ["t".repeat(1025), "at most 1024 characters"],
  ])("parseSettings() refuses ADMIN_TOKEN=%j without showing it", (value, takes) => {
    const message = lines(`ADMIN_TOKEN is set to a value that is not shown: it takes ${takes}`);
    expect(messageOf({ ADMIN_TOKEN: value })).toBe(message);
  });

  test.each([undefined, ""])("parseSettings() wants a REDIS_URL for the redis backend, not %j", (url) => {
    const problem = "REDIS_URL is not set: CACHE_BACKEND=redis needs it, such as redis://127.0.0.1:6379/0";
    expect(messageOf({ CACHE_BACKEND: "redis", REDIS_URL: url })).toBe(lines(problem));
  });

  test("parseSettings() takes REDIS_TLS_CA with TLS alone, and for Redis alone", () => {
    const authority = { CACHE_BACKEND: "redis", REDIS_TLS_CA: "ca.pem" };
    const problem = "REDIS_TLS_CA is set, but REDIS_URL begins with redis://: only rediss:// is TLS";
    expect(messageOf({ ...authority, REDIS_URL: "redis://u:s3cret@h" })).toBe(lines(problem));
    const read = (environment: Environment) => parseSettings(environment, { terminal: false });
    expect(read({ ...authority, REDIS_URL: "rediss://h" })).toMatchObject({
      settings: { redisTlsCa: "ca.pem" },
    });
    expect(read({ REDIS_TLS_CA: "ca.pem" })).toMatchObject({ settings: { redisTlsCa: undefined } });
  });

  test("parseSettings() lists everything that is wrong at once", () => {
    const wrong = new Map(WRONG.map(([name, value, takes]) => [name, { value, takes }]));
    const environment = Object.fromEntries([...wrong].map(([name, { value }]) => [name, value]));
    const problems = [...wrong].map(([name, { value, takes }]) => {
      const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
      return `${name} is ${JSON.stringify(shown)}: it takes ${takes}`;
    });
    expect(problems).toHaveLength(13);
    expect(messageOf(environment)).toBe(lines(...problems));
  });

  test("parseSettings() lists a missing REDIS_URL behind what else is wrong", () => {
    const missing = "REDIS_URL is not set: CACHE_BACKEND=redis needs it, such as redis://127.0.0.1:6379/0";
    const environment = { CACHE_BACKEND: "redis", PORT: "x", VIEWS_CACHE_TTL: "0" };
    const problems = [`VIEWS_CACHE_TTL is "0": it takes ${TTL}`, `PORT is "x": it takes ${PORT}`, missing];
    expect(messageOf(environment)).toBe(lines(...problems));
  });

  test.each(["redis://u:50%@h/0", "redis://%zz:p@h/0", "redis://u:%ff@h/0"])(
    "parseSettings() refuses REDIS_URL=%s, which cannot be decoded",
    (REDIS_URL) => {
      const message = lines(`REDIS_URL is "redis://***@h/0": it takes ${DATABASE_ESCAPES}`);
      expect(messageOf({ REDIS_URL })).toBe(message);
    },
  );

  test.each([
    "postgres://user:12/s3cret@h/db",
    "postgres://user:12?s3cret@h/db",
    "postgres://user:1#s3@h/db",
  ])("parseSettings() refuses DATABASE_URL=%s, whose password ends early", (DATABASE_URL) => {
    const takes = "a URL with no @ behind the host: in a password, / is %2F, ? is %3F and # is %23";
    const message = lines(`DATABASE_URL is "(not a URL, not shown)": it takes ${takes}`);
    expect(messageOf({ DATABASE_URL })).toBe(message);
  });

  test("parseSettings() never shows a part of a secret", () => {
    const secret = fc.string({ unit: fc.constantFrom(..."QXZJ@/:?#% 19"), minLength: 4, maxLength: 30 });
    const urls = fc.constantFrom(
      "redis://u:$@h/zero",
      "u:$@h",
      "redis://$@h/0?x",
      "http://:$@h",
      "redis:$@h",
    );
    fc.assert(
      fc.property(secret, secret, urls, (token, password, url) => {
        const environment = {
          ADMIN_TOKEN: `${token} `,
          REDIS_URL: url.replace("$", () => password),
          DATABASE_URL: url.replace("$", () => password),
          PORT: "x",
        };
        const message = messageOf(environment);
        const shown = [...partsOf(token), ...partsOf(password)].filter((part) => message.includes(part));
        expect(shown).toEqual([]);
        expect(message).toContain("ADMIN_TOKEN is set to a value that is not shown");
      }),
      { numRuns: 2000 },
    );
  });
});

/** Every four characters of it, but those that have no letter and may stand in any message, such as `:// `. */
function partsOf(secret: string): readonly string[] {
  const parts = Array.from({ length: secret.length - 3 }, (_, index) => secret.slice(index, index + 4));
  return parts.filter((part) => /[QXZJ]/.test(part));
}
