/** What some settings take, as messages say it. */
export const TTL = "whole seconds from 1 to 315360000, such as 86400";
const TICKERS_TTL = "seconds above 0 and up to 315360000, with or without a fraction, such as 300 or 0.5";
const QUERY = "one query with a column ticker, such as SELECT ticker FROM view_fiis_info";
export const DATABASE =
  "sqlite:PATH, sqlite::memory:, postgres://[user:password@]host[:port]/database or postgres:///database?host=/socket/folder";
export const PASSWORD = "a URL without @ after the host: write / in a password as %2F, ? as %3F and # as %23";
export const DATABASE_ESCAPES = "a URL with each % written as %25, unless it begins an escape such as %40";
export const REDIS = "redis://[user:password@]host[:port][/database], or rediss:// for TLS, without a query";
/** The same for a URL of no Redis. */
export const ANY_REDIS = `${REDIS}; for several hosts redis-sentinel://host,host#name or redis-cluster://host,host; for a socket redis+unix:///path`;
export const SENTINEL =
  "redis-sentinel://[user:password@]host[:port][,host[:port]…][/database]#name, or rediss-sentinel:// for TLS, where name is the primary's name at the Sentinels, such as mymaster";
export const CLUSTER =
  "redis-cluster://[user:password@]host[:port][,host[:port]…], or rediss-cluster:// for TLS, without a database number, because a cluster has only database 0";
export const SOCKET = "redis+unix://[user:password@]/path[?db=N]";
export const NAMESPACE = "1 to 100 visible ASCII characters, such as mosaic or {mosaic}";
const HOST = "a host name or address, such as 0.0.0.0";
export const PORT = "a port from 0 to 65535; 0 means any free port";
const LEVELS = "trace, debug, info, warn, error, fatal, silent";

/** A setting, a value that it cannot have, and what it takes instead. */
export const WRONG: readonly (readonly [name: string, value: string, takes: string])[] = [
  ...["rediss", "memory", "lo cal"].map((value) => ["CACHE_BACKEND", value, "local or redis"] as const),
  ...["localhost", "http://h:6379/"].map((value) => ["REDIS_URL", value, ANY_REDIS] as const),
  ...["redis:///0", "redis://h/zero", "redis://h/00000", "redis://h/0/1", "redis://h:0"].map(
    (value) => ["REDIS_URL", value, REDIS] as const,
  ),
  ["REDIS_URL", "redis://h1,h2", `${REDIS}, for one host; ${ANY_REDIS.slice(REDIS.length + 2)}`],
  ["REDIS_URL", "redis-sentinel://h", SENTINEL],
  ...["redis-cluster://h/1", "rediss-cluster://"].map((value) => ["REDIS_URL", value, CLUSTER] as const),
  ...["redis+unix://h/path", "redis+unix:///"].map((value) => ["REDIS_URL", value, SOCKET] as const),
  ["REDIS_TLS_SERVERNAME", "h/x", "a host name, such as redis.example"],
  [
    "REDIS_TLS_SERVERNAME",
    "127.0.0.1",
    "a host name, not an IP address: TLS cannot send addresses as server names",
  ],
  ...[":", "::", "a b", "açaí", "a\nb", "n".repeat(101)].map(
    (value) => ["CACHE_NAMESPACE", value, NAMESPACE] as const,
  ),
  ...["web 1", "-web", "réplica", "<b>", "w".repeat(101)].map(
    (value) =>
      [
        "REPLICA_NAME",
        value,
        "1 to 100 letters, digits, dots, colons, underscores and hyphens that begin with a letter or digit, such as web-1",
      ] as const,
  ),
  ...[
    "0",
    "000",
    "-1",
    "-86400",
    "1.5",
    "1e3",
    "0x10",
    "+5",
    "5 5",
    "5s",
    "NaN",
    "Infinity",
    "315360001",
  ].map((value) => ["VIEWS_CACHE_TTL", value, TTL] as const),
  ...["9999999999", "\u0661"].map((value) => ["VIEWS_CACHE_TTL", value, TTL] as const),
  ...[
    ...[
      "0",
      "0.0",
      "0.000000",
      "-1",
      "-0.5",
      ".5",
      "5.",
      "1,5",
      "1e3",
      "0x10",
      "+5",
      "5 5",
      "5s",
      "0.0000001",
    ],
    ...["NaN", "Infinity", "315360000.1", "315360001", "9999999999", "\u0661"],
  ].map((value) => ["TICKERS_CACHE_TTL", value, TICKERS_TTL] as const),
  ...[
    ...[
      ";",
      "-- nothing",
      "ticker",
      "DELETE FROM t",
      "SELECT ticker FROM t; DROP TABLE t",
      "PRAGMA user_version",
    ],
    ...[`DROP TABLE ${"t".repeat(200)}`],
  ].map((value) => ["TICKERS_SQL", value, QUERY] as const),
  ...["funds.db", "data/funds.db", "mysql://h/db", "http://h/", "file://h/x", "postgres://"].map(
    (value) => ["DATABASE_URL", value, DATABASE] as const,
  ),
  ...["postgres://h/%", "postgres://h/db%zz", "postgres://h/%ff", "postgres://%h/db"].map(
    (value) => ["DATABASE_URL", value, DATABASE_ESCAPES] as const,
  ),
  ...["md5", "sha512", "no ne", "hmac,sha256"].map(
    (value) => ["VIEWS_SIGNATURE_MODE", value, "none, sha256 or hmac"] as const,
  ),
  ...["falsely", "truely", "2", "y", "tr ue"].map(
    (value) => ["VIEWS_SIGNATURE_REQUIRED", value, "true or false"] as const,
  ),
  ...["a b", "http://h", "h/x", "h".repeat(254)].map((value) => ["HOST", value, HOST] as const),
  ...["65536", "99999", "100000", "-1", "80.0", "http"].map((value) => ["PORT", value, PORT] as const),
  ...["loud", "verbose"].map((value) => ["LOG_LEVEL", value, LEVELS] as const),
  ...["xml", "json5"].map((value) => ["LOG_FORMAT", value, "json or pretty"] as const),
];
