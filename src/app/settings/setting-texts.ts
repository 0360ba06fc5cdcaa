import type { Environment } from "./setting-values.ts";
import type { SettingName } from "./settings-schema.ts";

export interface SettingText {
  /** The kind of value, in a few words. */
  readonly type: string;
  readonly meaning: string;
  /** What applies if the setting is not set; absent if the schema has a default. */
  readonly unset?: string;
  /** Example environments that are refused, or ignored with a warning. */
  readonly wrong: readonly Environment[];
}

const OTLP_ENDPOINT_FORM = "the URL of a collector";
const OTLP_PROTOCOL_FORM = "`http/protobuf` or `http/json`";

/** Every setting, in the order of the reference, which is generated from this table. */
export const SETTING_GROUPS: Readonly<Record<string, Readonly<Partial<Record<SettingName, SettingText>>>>> = {
  "The catalog": {
    VIEWS_DIR: {
      type: "path of a folder",
      meaning:
        "The YAML views: `*.yaml` and `*.yml`, upper or lower case, in sub-folders too. The service starts without the folder: `/readyz` reports it, and loading is retried.",
      wrong: [],
    },
    VIEWS_CACHE_TTL: {
      type: "whole seconds",
      meaning:
        "How long a published catalog stays in the shared cache. Running replicas publish it again when it has expired.",
      wrong: [{ VIEWS_CACHE_TTL: "0" }],
    },
  },
  "The shared cache": {
    CACHE_BACKEND: {
      type: "`local` or `redis`",
      meaning: "Where the catalog and the tickers are stored: in this process only, or in Redis.",
      wrong: [{ CACHE_BACKEND: "memcached" }],
    },
    REDIS_URL: {
      type: "URL",
      unset: "required with `CACHE_BACKEND=redis`",
      meaning:
        "One server: `redis://[user:password@]host[:port][/database]`; a Unix socket: `redis+unix://[user:password@]/path[?db=N]`; Sentinels: `redis-sentinel://[user:password@]host[:port][,host[:port]…][/database]#name`; a cluster: `redis-cluster://[user:password@]host[:port][,host[:port]…]`. With TLS: `rediss://`, `rediss-sentinel://`, `rediss-cluster://`. Write `%` as `%25` ([set-ups](../ops/redis_cache.md#set-ups)). The service starts even if Redis does not answer.",
      wrong: [
        { CACHE_BACKEND: "redis" },
        { CACHE_BACKEND: "redis", REDIS_URL: "http://127.0.0.1:6379" },
        { CACHE_BACKEND: "redis", REDIS_URL: "redis://:a/b@127.0.0.1:6379" },
        { CACHE_BACKEND: "redis", REDIS_URL: "redis-sentinel://127.0.0.1:26379" },
      ],
    },
    REDIS_TLS_CA: {
      type: "path of a PEM file",
      unset: "the public CA certificates of the runtime",
      meaning:
        "The CA certificate that signed the certificates of Redis and of the Sentinels; only with a TLS URL ([TLS](../ops/redis_cache.md#tls)).",
      wrong: [{ CACHE_BACKEND: "redis", REDIS_URL: "redis://127.0.0.1:6379", REDIS_TLS_CA: "ca.pem" }],
    },
    REDIS_TLS_CERT: {
      type: "path of a PEM file",
      unset: "no client certificate",
      meaning: "The client certificate for TLS, which Redis requires by default; needs `REDIS_TLS_KEY`.",
      wrong: [{ CACHE_BACKEND: "redis", REDIS_URL: "rediss://127.0.0.1", REDIS_TLS_CERT: "client.pem" }],
    },
    REDIS_TLS_KEY: {
      type: "path of a PEM file",
      unset: "no client certificate",
      meaning: "The private key of `REDIS_TLS_CERT`, without a passphrase.",
      wrong: [{ CACHE_BACKEND: "redis", REDIS_URL: "rediss://127.0.0.1", REDIS_TLS_KEY: "client.key" }],
    },
    REDIS_TLS_SERVERNAME: {
      type: "host name",
      unset: "the host of the connection; none for an address",
      meaning:
        "The server name that TLS sends (SNI) and expects in the server's certificate. Set it where Sentinels or cluster nodes name the servers by address.",
      wrong: [{ CACHE_BACKEND: "redis", REDIS_URL: "rediss://127.0.0.1", REDIS_TLS_SERVERNAME: "127.0.0.1" }],
    },
    REDIS_SENTINEL_USERNAME: {
      type: "text",
      unset: "the Sentinels' default user",
      meaning: "The user at the Sentinels; the user of `REDIS_URL` is that of Redis.",
      wrong: [{ CACHE_BACKEND: "redis", REDIS_URL: "redis://127.0.0.1", REDIS_SENTINEL_USERNAME: "mosaic" }],
    },
    REDIS_SENTINEL_PASSWORD: {
      type: "text",
      unset: "no password at the Sentinels",
      meaning: "The password at the Sentinels. It is never shown.",
      wrong: [],
    },
    CACHE_NAMESPACE: {
      type: "1 to 100 visible ASCII characters",
      meaning:
        "The prefix of every key. Colons at its end are dropped; a cluster needs a hash tag, such as `{mosaic}`.",
      wrong: [
        { CACHE_NAMESPACE: "" },
        { CACHE_BACKEND: "redis", REDIS_URL: "redis-cluster://127.0.0.1:7000", CACHE_NAMESPACE: "mosaic" },
      ],
    },
    FLEET_ID: {
      type: "1 to 64 letters, digits, `.`, `_` and `-`",
      unset: "made at the first publication",
      meaning:
        "The name of the fleet, the same for all its replicas. It is published with the catalog; a replica neither serves nor replaces the catalog of a fleet with another name ([two fleets](../ops/redis_cache.md#how-to-fix)).",
      wrong: [{ FLEET_ID: "two fleets" }],
    },
    REPLICA_NAME: {
      type: "1 to 100 letters, digits, `.`, `:`, `_` and `-`, beginning with a letter or digit",
      unset: "only the id is shown",
      meaning:
        "A name or address by which people know this replica, such as `web-1` or `10.0.0.7:8000`. The fleet page, the history, `mosaic status` and `GET /admin/replicas` show it beside the id, which is new at each start.",
      wrong: [{ REPLICA_NAME: "web 1" }],
    },
  },
  Signatures: {
    VIEWS_SIGNATURE_MODE: {
      type: "`none`, `sha256` or `hmac`",
      meaning:
        "`none` verifies nothing; `sha256` verifies that the hashes match the manifest; `hmac` also verifies that a known key signed the manifest ([signing](../ops/signing.md)).",
      wrong: [{ VIEWS_SIGNATURE_MODE: "rsa" }],
    },
    VIEWS_SIGNATURE_KEY: {
      type: "32 to 1024 visible ASCII characters, optionally after `KEYID:`",
      unset: "with `hmac`, this or the keyring is required",
      meaning: "The key that signs and verifies; `mosaic keygen` makes one. It is never shown.",
      wrong: [{ VIEWS_SIGNATURE_KEY: "short" }, { VIEWS_SIGNATURE_MODE: "hmac" }],
    },
    VIEWS_SIGNATURE_KEYRING: {
      type: "path of a JSON file",
      unset: "no keyring",
      meaning:
        "1 to 16 keys, for rotation ([form](../ops/signing.md#what-there-is)). It is read again at every reload, and when a release is signed by an unknown key.",
      wrong: [],
    },
    VIEWS_SIGNATURE_REQUIRED: {
      type: "`true` or `false`",
      meaning: "Whether a catalog without a manifest is refused; needs the mode `sha256` or `hmac`.",
      wrong: [{ VIEWS_SIGNATURE_REQUIRED: "maybe" }, { VIEWS_SIGNATURE_REQUIRED: "true" }],
    },
  },
  "Tickers and the database": {
    DATABASE_URL: {
      type: "URL",
      unset: "the embedded sample database",
      meaning:
        "`sqlite:PATH`, `sqlite::memory:`, `postgres://[user:password@]host[:port]/database` or `postgres:///database?host=/socket/folder`; write `%` as `%25` ([TLS, sockets](../ops/database.md)). Mosaic only reads the database.",
      wrong: [{ DATABASE_URL: "mysql://127.0.0.1/funds" }, { DATABASE_URL: "postgres://first,second/funds" }],
    },
    TICKERS_SQL: {
      type: "one SQL query",
      meaning: "A query with a column `ticker`; the database runs it read-only.",
      wrong: [{ TICKERS_SQL: "DELETE FROM view_fiis_info" }],
    },
    TICKERS_CACHE_TTL: {
      type: "seconds, with or without a fraction",
      meaning: "How long a list of tickers is used; after that, the next request loads it again.",
      wrong: [{ TICKERS_CACHE_TTL: "-1" }],
    },
  },
  "HTTP and administration": {
    HOST: {
      type: "host name or address",
      meaning: "Where to listen: `0.0.0.0` for all IPv4 addresses of the machine.",
      wrong: [{ HOST: "127.0.0.1/8" }],
    },
    PORT: {
      type: "whole number from 0 to 65535",
      meaning: "The port to listen on; 0 means any free port.",
      wrong: [{ PORT: "80000" }],
    },
    ADMIN_TOKEN: {
      type: "up to 1024 visible ASCII characters",
      unset: "a random one for this run, shown on a terminal",
      meaning:
        "The bearer token of `/admin/*`; use a long one, such as `openssl rand -hex 32` makes. A configured token is never shown.",
      wrong: [{ ADMIN_TOKEN: "two words" }],
    },
    HTTP_IDLE_TIMEOUT: {
      type: "whole seconds from 1 to 3600",
      meaning:
        "How long an idle connection is kept open. Set it higher than the idle timeout of the proxy in front ([why](../ops/draining.md)). Node only; the server of Deno keeps idle connections.",
      wrong: [{ HTTP_IDLE_TIMEOUT: "0" }],
    },
    HTTP_DRAIN_DELAY: {
      type: "seconds from 0 to 3600",
      meaning:
        "How long requests are still accepted after the signal to stop; `/readyz` answers 503 meanwhile ([when](../ops/draining.md)).",
      wrong: [{ HTTP_DRAIN_DELAY: "1h" }],
    },
  },
  Logs: {
    LOG_LEVEL: {
      type: "`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`",
      meaning:
        "The lowest level that is written; `warning`, `critical` and `off` are accepted too. `GET` and `HEAD` requests are logged at `debug`, others at `info`, and all with status 500 and above at `warn`; of the others with status 401 or 429, at most ten a minute. `mosaic serve --watch` logs from `fatal` on unless this is set.",
      wrong: [{ LOG_LEVEL: "loud" }],
    },
    LOG_FORMAT: {
      type: "`json` or `pretty`",
      unset: "`pretty` on a terminal, else `json`",
      meaning:
        "One JSON object per line, or human-readable text; `text`, `plain` and `console` mean `pretty`.",
      wrong: [{ LOG_FORMAT: "xml" }],
    },
  },
  Telemetry: {
    OTEL_EXPORTER_OTLP_ENDPOINT: {
      type: OTLP_ENDPOINT_FORM,
      unset: "nothing is sent",
      meaning: "Where traces and metrics are sent by OTLP, such as `http://127.0.0.1:4318`.",
      wrong: [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" }],
    },
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
      type: OTLP_ENDPOINT_FORM,
      unset: "the common endpoint",
      meaning: "Endpoint for traces only; the whole URL, path included.",
      wrong: [],
    },
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: {
      type: OTLP_ENDPOINT_FORM,
      unset: "the common endpoint",
      meaning: "Endpoint for metrics only; the whole URL, path included.",
      wrong: [],
    },
    OTEL_EXPORTER_OTLP_PROTOCOL: {
      type: OTLP_PROTOCOL_FORM,
      unset: "`http/protobuf`",
      meaning: "How OTLP is encoded.",
      wrong: [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }],
    },
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: {
      type: OTLP_PROTOCOL_FORM,
      unset: "the common protocol",
      meaning: "How traces are encoded.",
      wrong: [],
    },
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: {
      type: OTLP_PROTOCOL_FORM,
      unset: "the common protocol",
      meaning: "How metrics are encoded.",
      wrong: [],
    },
    OTEL_TRACES_EXPORTER: {
      type: "`otlp` or `none`",
      unset: "`otlp`",
      meaning: "Whether traces are sent when there is an endpoint.",
      wrong: [{ OTEL_TRACES_EXPORTER: "console" }],
    },
    OTEL_METRICS_EXPORTER: {
      type: "`otlp` or `none`",
      unset: "`otlp`",
      meaning: "Whether metrics are sent when there is an endpoint; `GET /metrics` has them either way.",
      wrong: [{ OTEL_METRICS_EXPORTER: "prometheus" }],
    },
    OTEL_TRACES_SAMPLER: {
      type: "`always_on`, `always_off` or `traceidratio`, each also with the prefix `parentbased_`",
      unset: "`parentbased_always_on`",
      meaning: "Which traces are recorded.",
      wrong: [{ OTEL_TRACES_SAMPLER: "xray" }],
    },
    OTEL_TRACES_SAMPLER_ARG: {
      type: "number from 0 to 1",
      unset: "1",
      meaning: "The share of traces that `traceidratio` records: `0.01` records one request in a hundred.",
      wrong: [{ OTEL_TRACES_SAMPLER_ARG: "1%" }],
    },
    OTEL_METRIC_EXPORT_INTERVAL: {
      type: "whole milliseconds",
      meaning: "How often metrics are sent.",
      wrong: [{ OTEL_METRIC_EXPORT_INTERVAL: "1m" }],
    },
    OTEL_METRIC_EXPORT_TIMEOUT: {
      type: "whole milliseconds",
      meaning: "How long one export of metrics may take; never longer than the interval.",
      wrong: [],
    },
    OTEL_SDK_DISABLED: {
      type: "`true` or `false`",
      unset: "`false`",
      meaning: "With `true` nothing is measured, and `/metrics` is empty.",
      wrong: [{ OTEL_SDK_DISABLED: "1" }],
    },
    OTEL_DENO: {
      type: "`false`",
      unset: "`false`",
      meaning: "Deno's own telemetry, which would replace that of the service; it must stay off.",
      wrong: [{ OTEL_DENO: "true" }],
    },
  },
};
