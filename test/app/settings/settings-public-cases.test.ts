import { describe, expect, it } from "vitest";
import { type Environment, parseSettings, type Settings } from "../../../src/app/settings/settings.ts";

function parse(environment: Environment) {
  return parseSettings(environment, { terminal: false });
}

function settingsOf(environment: Environment): Settings {
  const parsed = parse(environment);
  if (parsed.kind === "invalid") throw new Error(parsed.message);
  return parsed.settings;
}

function warningsOf(environment: Environment): readonly string[] {
  const parsed = parse(environment);
  return parsed.kind === "settings" ? parsed.warnings : [parsed.message];
}

const REDIS = { CACHE_BACKEND: "redis", REDIS_URL: "redis://h" };
const HMAC_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY";

/** Every setting with a value that is not its default, and where it is then found. */
const EACH: readonly (readonly [
  name: string,
  value: string,
  read: (settings: Settings) => unknown,
  others?: Environment,
])[] = [
  ["CACHE_BACKEND", "redis", (s) => s.cacheBackend, { REDIS_URL: "redis://h" }],
  ["REDIS_URL", "rediss://user:secret@host:6379/0", (s) => s.redisUrl, { CACHE_BACKEND: "redis" }],
  ["REDIS_TLS_CA", "ca.pem", (s) => s.redisTlsCa, { CACHE_BACKEND: "redis", REDIS_URL: "rediss://h" }],
  ["CACHE_NAMESPACE", "funds", (s) => s.cacheNamespace],
  ["VIEWS_DIR", "/etc/views", (s) => s.viewsDir],
  ["VIEWS_CACHE_TTL", "60", (s) => s.viewsCacheTtlSeconds],
  ["VIEWS_SIGNATURE_MODE", "sha256", (s) => s.viewsSignatureMode],
  ["VIEWS_SIGNATURE_KEY", HMAC_KEY, (s) => s.viewsSignatureKey?.keyid],
  ["VIEWS_SIGNATURE_KEYRING", "keys.json", (s) => s.viewsSignatureKeyring],
  ["VIEWS_SIGNATURE_REQUIRED", "true", (s) => s.viewsSignatureRequired, { VIEWS_SIGNATURE_MODE: "sha256" }],
  ["TICKERS_CACHE_TTL", "1.5", (s) => s.tickersCacheTtlSeconds],
  ["TICKERS_SQL", "SELECT ticker FROM funds", (s) => s.tickersSql],
  ["DATABASE_URL", "postgres://user:secret@host/db", (s) => s.databaseUrl],
  ["ADMIN_TOKEN", "token", (s) => s.adminToken],
  ["HOST", "0.0.0.0", (s) => s.host],
  ["PORT", "9000", (s) => s.port],
  ["LOG_LEVEL", "debug", (s) => s.logLevel],
  ["LOG_FORMAT", "pretty", (s) => s.logFormat],
  [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "http://collector:4318",
    (s) => s.otel.environment.OTEL_EXPORTER_OTLP_ENDPOINT,
  ],
  ["OTEL_SERVICE_NAME", "catalog", (s) => s.otel.environment.OTEL_SERVICE_NAME],
];

describe("settings with blanks around them", () => {
  it.each(
    EACH.flatMap(([name, value, read, others = {}]) =>
      [" ", "\t", "\r", "\n", "\u00a0"].map((blank) => ({ blank, name, value, read, others })),
    ),
  )("B1: takes $blank around $name=$value for nothing", ({ blank, name, value, read, others }) => {
    const plain = read(settingsOf({ ...others, [name]: value }));
    expect(plain).not.toEqual(read(settingsOf({})));
    expect(read(settingsOf({ ...others, [name]: `${blank}${value}` }))).toEqual(plain);
    expect(read(settingsOf({ ...others, [name]: `${value}${blank}${blank}` }))).toEqual(plain);
  });

  it("B1: takes a setting of blanks alone for an unset one", () => {
    const blank = Object.fromEntries(EACH.map(([name]) => [name, " \t"]));
    const { CACHE_NAMESPACE: _, ...others } = blank;
    const { otel: __, ...settings } = settingsOf(others);
    const { otel: ___, ...defaults } = settingsOf({});
    expect(settings).toEqual(defaults);
  });
});

describe("schemes", () => {
  it.each([
    ["REDIS_URL", "REDISS://u:p@h/0", "rediss://u:p@h/0", "redisUrl"],
    ["REDIS_URL", "Redis://h", "redis://h", "redisUrl"],
    ["REDIS_URL", "rediSs://h", "rediss://h", "redisUrl"],
    ["REDIS_URL", "Redis-Sentinel://u:p@h1,h2:1/3#M", "redis-sentinel://u:p@h1,h2:1/3#M", "redisUrl"],
    ["REDIS_URL", "REDIS+UNIX:///run/Redis.sock?db=2", "redis+unix:///run/Redis.sock?db=2", "redisUrl"],
    ["DATABASE_URL", "POSTGRES://h/DB", "postgres://h/DB", "databaseUrl"],
    ["DATABASE_URL", "PostgreSQL://h/db", "postgresql://h/db", "databaseUrl"],
    ["DATABASE_URL", "SQLITE:Funds.db", "sqlite:Funds.db", "databaseUrl"],
    ["DATABASE_URL", "SQLite::memory:", "sqlite::memory:", "databaseUrl"],
  ] as const)("B2: takes the scheme of %s=%s in any case", (name, given, used, field) => {
    expect(settingsOf({ ...REDIS, [name]: given })[field]).toBe(used);
  });

  it("B2: takes a CA certificate with REDISS://, which is TLS", () => {
    const settings = settingsOf({ ...REDIS, REDIS_URL: "REDISS://h", REDIS_TLS_CA: "ca.pem" });
    expect(settings).toMatchObject({ redisUrl: "rediss://h", redisTlsCa: "ca.pem" });
    expect(parse({ ...REDIS, REDIS_URL: "REDIS://h", REDIS_TLS_CA: "ca.pem" }).kind).toBe("invalid");
  });
});

describe("names that are no setting", () => {
  it.each([
    ["CACHE_BACKEN", "CACHE_BACKEND"],
    ["VIEWS_SIGNATURE_REQUIERD", "VIEWS_SIGNATURE_REQUIRED"],
    ["VIEW_DIR", "VIEWS_DIR"],
    ["VIEWS_DIRECTORY", undefined],
    ["TICKERS_TTL", "TICKERS_SQL"],
    ["TICKERS_TIMEOUT", undefined],
    ["TICKER_SQL", "TICKERS_SQL"],
    ["REDIS_URI", "REDIS_URL"],
    ["DATABASE_URI", "DATABASE_URL"],
    ["ADMIN_TOKENS", "ADMIN_TOKEN"],
    ["LOG_LEVL", "LOG_LEVEL"],
    ["log_level", "LOG_LEVEL"],
    ["OTEL_EXPORTER_OTLP_ENDPOIT", "OTEL_EXPORTER_OTLP_ENDPOINT"],
    ["OTEL_TRACE_SAMPLER", "OTEL_TRACES_SAMPLER"],
  ])("B3: warns of %s and names %s", (name, near) => {
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    expect(warningsOf({ [name]: "planted-secret" })).toEqual([`${name} is not a known setting${hint}`]);
  });

  it.each([
    ...[
      "PATH",
      "HOME",
      "HOSTNAME",
      "HOSTS",
      "POST",
      "LANG",
      "LOG_DIR",
      "DATABASE_HOST",
      "REDIS_HOST",
      "NODE_OPTIONS",
    ],
    ...[
      "REDIS_PORT",
      "REDIS_PORT_6379_TCP",
      "REDIS_SERVICE_HOST",
      "CACHE_PORT_6379_TCP_ADDR",
      "CACHE_SERVICE_HOST",
    ],
    ...["VIEWS_SERVICE_PORT_HTTP", "CACHE_PORT", "NPM_LOG_LEVEL", "DB_LOG_LEVEL", "OTEL_LOGS_EXPORTER"],
    ...[
      "OTEL_SERVICE_NAME",
      "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
      "OTEL_EXPORTER_OTLP_TIMEOUT",
      "OTEL_LOG_LEVEL",
    ],
    ...["OTEL_BSP_SCHEDULE_DELAY", "OTEL_RESOURCE_ATTRIBUTES_FILE", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"],
  ])("B3: passes over %s, which others set", (name) => {
    expect(warningsOf({ [name]: "1000" })).toEqual([]);
  });

  it("B3: warns in the order of the names, in whatever order the environment lists them", () => {
    const names = ["CACHE_BACKEN", "OTEL_TRACES_SAMPLER", "OTEL_SDK_DISABLED", "ADMIN_TOKENS"];
    const warningsOfAll = (order: readonly string[]): readonly string[] =>
      warningsOf(Object.fromEntries(order.map((name) => [name, "planted"])));
    expect(warningsOfAll(names)).toHaveLength(4);
    expect(warningsOfAll(names.toReversed())).toEqual(warningsOfAll(names));
  });

  it("B3: finds one slip in the name of every setting", () => {
    for (const [name] of EACH.filter(([each]) => each.includes("_") && each !== "OTEL_SERVICE_NAME")) {
      const slips = [name.slice(0, -1), `${name}S`, name.replace(/(.)(.)$/, "$2$1")];
      for (const slip of slips.filter((each) => each !== name)) {
        expect(warningsOf({ [slip]: "x" }), slip).toEqual([
          `${slip} is not a known setting; did you mean ${name}?`,
        ]);
      }
    }
  });

  it("B3: bounds what an environment of thousands of names makes it say", () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`VIEWS_X${index}`, "x"]));
    expect(warningsOf(many)).toHaveLength(20);
    const [warning = ""] = warningsOf({ [`VIEWS_\u001b[31m${"x".repeat(500)}`]: "x" });
    expect(warning.length).toBeLessThan(120);
    expect(warning).not.toContain("\u001b");
  });
});

/** In three spellings. */
function spellings(text: string): readonly string[] {
  return [
    text.toUpperCase(),
    text.charAt(0).toUpperCase() + text.slice(1),
    text.replace(/.$/, (last) => last.toUpperCase()),
  ];
}

describe("choices", () => {
  const CHOICES: readonly (readonly [
    name: string,
    values: readonly string[],
    read: (s: Settings) => unknown,
    others?: Environment,
  ])[] = [
    ["CACHE_BACKEND", ["local", "redis"], (s) => s.cacheBackend, { REDIS_URL: "redis://h" }],
    [
      "VIEWS_SIGNATURE_MODE",
      ["none", "sha256", "hmac"],
      (s) => s.viewsSignatureMode,
      { VIEWS_SIGNATURE_KEY: HMAC_KEY },
    ],
    ["LOG_LEVEL", ["trace", "debug", "info", "warn", "error", "fatal", "silent"], (s) => s.logLevel],
    ["LOG_FORMAT", ["json", "pretty"], (s) => s.logFormat],
    ["OTEL_SDK_DISABLED", ["true", "false"], (s) => String(s.otel.disabled)],
    [
      "OTEL_EXPORTER_OTLP_PROTOCOL",
      ["http/protobuf", "http/json"],
      (s) => s.otel.metrics?.protocol,
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://h" },
    ],
    [
      "OTEL_TRACES_SAMPLER",
      ["always_on", "parentbased_traceidratio"],
      (s) => s.otel.environment.OTEL_TRACES_SAMPLER,
    ],
    ["OTEL_TRACES_EXPORTER", ["otlp", "none"], (s) => s.otel.environment.OTEL_TRACES_EXPORTER],
    ["OTEL_METRICS_EXPORTER", ["otlp", "none"], (s) => s.otel.environment.OTEL_METRICS_EXPORTER],
    [
      "OTEL_EXPORTER_OTLP_COMPRESSION",
      ["gzip", "none"],
      (s) => s.otel.environment.OTEL_EXPORTER_OTLP_COMPRESSION,
    ],
  ];

  it.each(
    CHOICES.flatMap(([name, values, read, others = {}]) =>
      values.flatMap((value) => spellings(value).map((spelt) => [name, spelt, value, read, others] as const)),
    ),
  )("B4: takes enumerations in any case: %s=%s is %s", (name, spelt, value, read, others) => {
    expect(read(settingsOf({ ...others, [name]: spelt }))).toBe(value);
    expect(warningsOf({ ...others, [name]: spelt })).toEqual([]);
  });

  it.each([
    ["LOG_LEVEL", "WARNING", "warn"],
    ["LOG_LEVEL", "critical", "fatal"],
    ["LOG_LEVEL", "ERR", "error"],
    ["LOG_LEVEL", "information", "info"],
    ["LOG_LEVEL", "off", "silent"],
    ["LOG_LEVEL", "none", "silent"],
    ["LOG_FORMAT", "text", "pretty"],
    ["LOG_FORMAT", "PLAIN", "pretty"],
    ["LOG_FORMAT", "console", "pretty"],
    ["VIEWS_SIGNATURE_MODE", "SHA-256", "sha256"],
    ["VIEWS_SIGNATURE_MODE", "HMAC-SHA256", "hmac"],
    ["VIEWS_SIGNATURE_MODE", "Off", "none"],
  ])("B4: takes the common synonym %s=%s for %s", (name, synonym, value) => {
    const settings = settingsOf({ VIEWS_SIGNATURE_KEY: HMAC_KEY, [name]: synonym });
    expect([settings.logLevel, settings.logFormat, settings.viewsSignatureMode]).toContain(value);
  });

  it("B4: holds what a choice needs in every spelling", () => {
    for (const mode of ["hmac", "HMAC", "Hmac-Sha256", " hmac "]) {
      expect(parse({ VIEWS_SIGNATURE_MODE: mode }).kind, mode).toBe("invalid");
    }
    for (const backend of ["redis", "REDIS", " Redis"])
      expect(parse({ CACHE_BACKEND: backend }).kind).toBe("invalid");
    for (const mode of ["none", "NONE", "OFF"]) {
      const environment = { VIEWS_SIGNATURE_MODE: mode, VIEWS_SIGNATURE_REQUIRED: "TRUE" };
      expect(parse(environment).kind, mode).toBe("invalid");
    }
  });
});

describe("OpenTelemetry's variables that cannot be used", () => {
  const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

  it.each([
    ["OTEL_SDK_DISABLED", "1", "true, false"],
    ["OTEL_SDK_DISABLED", "yes", "true, false"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf, http/json"],
    ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc", "http/protobuf, http/json"],
    ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "thrift", "http/protobuf, http/json"],
    [
      "OTEL_TRACES_SAMPLER",
      "xray",
      "always_on, parentbased_always_on, always_off, parentbased_always_off, traceidratio, parentbased_traceidratio",
    ],
    ["OTEL_TRACES_SAMPLER_ARG", "1.5", "a number from 0 to 1, such as 0.01"],
    ["OTEL_TRACES_SAMPLER_ARG", "half", "a number from 0 to 1, such as 0.01"],
    ["OTEL_METRIC_EXPORT_INTERVAL", "0", "whole milliseconds from 1 to 86400000, such as 60000"],
    ["OTEL_METRIC_EXPORT_TIMEOUT", "1.5", "whole milliseconds from 1 to 86400000, such as 60000"],
    ["OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "whole milliseconds from 1 to 86400000, such as 60000"],
    ["OTEL_BSP_SCHEDULE_DELAY", "-1", "whole milliseconds from 0 to 86400000"],
    ["OTEL_BSP_MAX_QUEUE_SIZE", "0", "a whole number from 1"],
  ])("B5: warns of %s=%s, and goes on as if it were not set", (name, value, takes) => {
    const warning = `${name} is ${JSON.stringify(value)}, which is ignored: expected ${takes}`;
    expect(warningsOf({ [name]: value })).toEqual([warning]);
    const withDefaults = settingsOf(ENDPOINT).otel;
    const otel = settingsOf({ ...ENDPOINT, [name]: value }).otel;
    expect(otel).toEqual({
      ...withDefaults,
      environment: { ...withDefaults.environment, [name]: undefined },
    });
  });

  it.each([
    ["OTEL_TRACES_EXPORTER", "console", undefined, "expected otlp or none"],
    ["OTEL_TRACES_EXPORTER", "otlp,console", "otlp", "expected otlp or none"],
    ["OTEL_TRACES_EXPORTER", "zipkin, none", "none", "expected otlp or none"],
    ["OTEL_METRICS_EXPORTER", "console", undefined, "expected otlp or none"],
    ["OTEL_METRICS_EXPORTER", "prometheus", "none", "expected otlp or none; Prometheus reads GET /metrics"],
    [
      "OTEL_METRICS_EXPORTER",
      "otlp,prometheus",
      "otlp",
      "expected otlp or none; Prometheus reads GET /metrics",
    ],
  ])("B5: of %s=%s uses %s", (name, value, used, takes) => {
    const { environment } = settingsOf({ ...ENDPOINT, [name]: value }).otel;
    expect(environment[name]).toBe(used);
    const [warning = "", ...others] = warningsOf({ ...ENDPOINT, [name]: value });
    expect(warning).toMatch(new RegExp(`^${name} names .*, which is ignored: `));
    expect(warning.endsWith(takes)).toBe(true);
    expect(others).toEqual([]);
  });

  it.each(["otlp", "none", "none,none", "otlp,", ","])(
    "B5: has nothing to say of OTEL_TRACES_EXPORTER=%s",
    (value) => {
      expect(warningsOf({ OTEL_TRACES_EXPORTER: value })).toEqual([]);
    },
  );

  it("B5: sends no metrics where Prometheus is to read them", () => {
    const { metrics, traces } = settingsOf({ ...ENDPOINT, OTEL_METRICS_EXPORTER: "prometheus" }).otel;
    expect({ metrics, traces }).toEqual({ metrics: undefined, traces: true });
  });

  it.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318 "],
    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", " http://collector:4318/v1/traces"],
    ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://collector:4318/v1/metrics\r"],
    ["OTEL_EXPORTER_OTLP_HEADERS", " authorization=Bearer%20x\n"],
  ])("B12: gives the SDK %s without the blanks of %j", (name, value) => {
    expect(settingsOf({ [name]: value }).otel.environment[name]).toBe(value.trim());
  });

  it.each(["http://coll ector:4318", "http://collec\ttor:4318", "http://h:4318?x=1", "http://h:4318#x"])(
    "B12: refuses the endpoint %j, which the SDK reads otherwise",
    (url) => {
      expect(parse({ OTEL_EXPORTER_OTLP_ENDPOINT: url }).kind).toBe("invalid");
    },
  );

  it.each([
    ["team=funds,oops,tier=1", "team=funds,tier=1", "pair 2 of 3 is ignored"],
    ["oops", undefined, "pair 1 of 1 is ignored"],
    ["=x,a=b=c,team=funds", "team=funds", "pairs 1, 2 of 3 are ignored"],
    ["a=%zz,team=funds", "team=funds", "pair 1 of 2 is ignored"],
    [`a=${"x".repeat(256)},team=funds`, "team=funds", "pair 1 of 2 is ignored"],
    [`${"k".repeat(256)}=x,team=funds`, "team=funds", "pair 1 of 2 is ignored"],
  ])("B13: of OTEL_RESOURCE_ATTRIBUTES=%s keeps what is right", (value, used, which) => {
    const environment = { OTEL_RESOURCE_ATTRIBUTES: value };
    expect(settingsOf(environment).otel.environment.OTEL_RESOURCE_ATTRIBUTES).toBe(used);
    expect(warningsOf(environment)).toEqual([
      `OTEL_RESOURCE_ATTRIBUTES: ${which}: write each pair as key=value, with "," as %2C, "=" as %3D and "%" as %25`,
    ]);
  });

  it.each(["team=funds", "team=funds, tier=1", "a=b%3Dc,", "a="])(
    "B13: takes OTEL_RESOURCE_ATTRIBUTES=%s whole",
    (value) => {
      expect(warningsOf({ OTEL_RESOURCE_ATTRIBUTES: value })).toEqual([]);
    },
  );

  it.each(["", "TRACES_", "METRICS_"])("B13: warns of zstd in OTEL_EXPORTER_OTLP_%sCOMPRESSION", (signal) => {
    const name = `OTEL_EXPORTER_OTLP_${signal}COMPRESSION`;
    expect(warningsOf({ [name]: "zstd" })).toEqual([
      `${name} is "zstd", which is ignored: expected gzip, none`,
    ]);
  });

  it("B13: warns of a header that is none, without showing it", () => {
    const environment = { OTEL_EXPORTER_OTLP_HEADERS: "Bearer planted-secret,x-tenant=a=" };
    expect(settingsOf(environment).otel.environment.OTEL_EXPORTER_OTLP_HEADERS).toBe("x-tenant=a=");
    const [warning = ""] = warningsOf(environment);
    expect(warning).toContain("OTEL_EXPORTER_OTLP_HEADERS: pair 1 of 2 is ignored");
    expect(warning).not.toContain("planted-secret");
  });

  it("B13: warns of propagators that there are not", () => {
    const environment = { OTEL_PROPAGATORS: "tracecontext,xray,b3" };
    expect(settingsOf(environment).otel.environment.OTEL_PROPAGATORS).toBe("tracecontext,b3");
    expect(warningsOf(environment)[0]).toContain('OTEL_PROPAGATORS names "xray", which is ignored');
  });
});
