import * as v from "valibot";
import { REPLICA_NAME_PATTERN } from "../../domain/fleet/announcement.ts";
import { FLEET_ID_PATTERN } from "../../domain/release/fleet-id.ts";
import { parseSigningKey, SECRET_FORM } from "../../domain/signing/signing-key.ts";
import { SIGNATURE_MODES } from "../../domain/signing/verify-manifest.ts";
import { findTickerQueryFault } from "../../domain/tickers/ticker-query.ts";
import { OTEL_URLS, otelEntries } from "./otel-settings.ts";
import { PLAIN_URL_FORM, redisEntries, URL_ESCAPES_FORM, URL_PASSWORD_FORM } from "./redis-settings.ts";
import type { Choice } from "./setting-values.ts";
import {
  hasNoPasswordAfterHost,
  hasValidEscapes,
  isDatabaseUrl,
  isPlainUrl,
  namesSeveralHosts,
} from "./url-settings.ts";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
const SECONDS_MAX = 10 * 365 * 86_400;
const TICKERS_TTL_FORM = `seconds above 0 and up to ${SECONDS_MAX}, with or without a fraction, such as 300 or 0.5`;
const HTTP_SECONDS_MAX = 3600;
const IDLE_FORM = `whole seconds from 1 to ${HTTP_SECONDS_MAX}, such as 620 behind a load balancer that keeps connections open for 600`;
const DRAIN_FORM = `seconds from 0 to ${HTTP_SECONDS_MAX}, such as 15`;
export const TRUE_PATTERN = /^(?:true|1|yes|on)$/i;
const FLEET_ID_FORM = "1 to 64 letters, digits, dots, underscores and hyphens, such as funds-production";
const REPLICA_NAME_FORM =
  "1 to 100 letters, digits, dots, colons, underscores and hyphens that begin with a letter or digit, such as web-1";
const HOST_FORM = "a host name or address, such as 0.0.0.0";
const ONE_HOST_FORM = "a URL with one host: several hosts are not supported";
const SIGNATURE_KEY_FORM = `${SECRET_FORM}, optionally after a key id and a colon; mosaic keygen makes one`;

const createSettingSchema = <Default extends string | undefined>(fallback: Default) =>
  v.optional(v.string(), fallback);

export const settingsSchema = v.object({
  CACHE_BACKEND: v.pipe(createSettingSchema("local"), v.picklist(["local", "redis"], "local or redis")),
  ...redisEntries,
  CACHE_NAMESPACE: v.pipe(
    createSettingSchema("mosaic"),
    v.transform((text) => text.replace(/:+$/, "")),
    v.regex(/^[\x21-\x7e]{1,100}$/, "1 to 100 visible ASCII characters, such as mosaic or {mosaic}"),
  ),
  FLEET_ID: v.optional(v.pipe(v.string(), v.regex(FLEET_ID_PATTERN, FLEET_ID_FORM))),
  REPLICA_NAME: v.optional(v.pipe(v.string(), v.regex(REPLICA_NAME_PATTERN, REPLICA_NAME_FORM))),
  VIEWS_DIR: v.pipe(
    createSettingSchema("data/views"),
    v.nonEmpty("a folder of YAML views, such as data/views"),
  ),
  VIEWS_CACHE_TTL: v.pipe(
    createSettingSchema("86400"),
    v.regex(/^[0-9]{1,9}$/, `whole seconds from 1 to ${SECONDS_MAX}, such as 86400`),
    v.transform(Number),
    v.minValue(1, `whole seconds from 1 to ${SECONDS_MAX}, such as 86400`),
    v.maxValue(SECONDS_MAX, `whole seconds from 1 to ${SECONDS_MAX}, such as 86400`),
  ),
  TICKERS_CACHE_TTL: v.pipe(
    createSettingSchema("300"),
    v.regex(/^[0-9]{1,9}(?:\.[0-9]{1,6})?$/, TICKERS_TTL_FORM),
    v.transform(Number),
    v.gtValue(0, TICKERS_TTL_FORM),
    v.maxValue(SECONDS_MAX, TICKERS_TTL_FORM),
  ),
  TICKERS_SQL: v.pipe(
    createSettingSchema("SELECT ticker FROM view_fiis_info"),
    v.check(
      (sql) => findTickerQueryFault(sql) === undefined,
      "one query with a column ticker, such as SELECT ticker FROM view_fiis_info",
    ),
  ),
  DATABASE_URL: v.optional(
    v.pipe(
      v.string(),
      v.check(isPlainUrl, PLAIN_URL_FORM),
      v.check(hasNoPasswordAfterHost, URL_PASSWORD_FORM),
      v.check((url) => !namesSeveralHosts(url), ONE_HOST_FORM),
      v.check(
        isDatabaseUrl,
        "sqlite:PATH, sqlite::memory:, postgres://[user:password@]host[:port]/database or postgres:///database?host=/socket/folder",
      ),
      v.check(hasValidEscapes, URL_ESCAPES_FORM),
    ),
  ),
  VIEWS_SIGNATURE_MODE: v.pipe(
    createSettingSchema("none"),
    v.picklist(SIGNATURE_MODES, "none, sha256 or hmac"),
  ),
  VIEWS_SIGNATURE_KEY: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => parseSigningKey(text) !== undefined, SIGNATURE_KEY_FORM),
      v.transform(parseSigningKey),
    ),
  ),
  VIEWS_SIGNATURE_KEYRING: v.optional(v.string()),
  VIEWS_SIGNATURE_REQUIRED: v.pipe(
    createSettingSchema("false"),
    v.regex(/^(?:true|1|yes|on|false|0|no|off)$/i, "true or false"),
    v.transform((text) => TRUE_PATTERN.test(text)),
  ),
  ADMIN_TOKEN: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\x21-\x7e]*$/, "visible ASCII characters without spaces"),
      v.maxLength(1024, "at most 1024 characters"),
    ),
  ),
  HOST: v.pipe(
    createSettingSchema("127.0.0.1"),
    v.regex(/^[A-Za-z0-9_.:-]{1,253}$/, HOST_FORM),
    // One colon means host and port: an IPv6 address has at least two.
    v.check((host) => host.split(":").length !== 2, `${HOST_FORM}, without the port, which is PORT`),
  ),
  PORT: v.pipe(
    createSettingSchema("8000"),
    v.regex(/^[0-9]{1,5}$/, "a port from 0 to 65535; 0 means any free port"),
    v.transform(Number),
    v.maxValue(65_535, "a port from 0 to 65535; 0 means any free port"),
  ),
  HTTP_IDLE_TIMEOUT: v.pipe(
    createSettingSchema("65"),
    v.regex(/^[0-9]{1,5}$/, IDLE_FORM),
    v.transform(Number),
    v.minValue(1, IDLE_FORM),
    v.maxValue(HTTP_SECONDS_MAX, IDLE_FORM),
  ),
  HTTP_DRAIN_DELAY: v.pipe(
    createSettingSchema("0"),
    v.regex(/^[0-9]{1,5}(?:\.[0-9]{1,3})?$/, DRAIN_FORM),
    v.transform(Number),
    v.maxValue(HTTP_SECONDS_MAX, DRAIN_FORM),
  ),
  LOG_LEVEL: v.pipe(createSettingSchema("info"), v.picklist(LOG_LEVELS, LOG_LEVELS.join(", "))),
  LOG_FORMAT: v.optional(v.picklist(["json", "pretty"], "json or pretty")),
  ...otelEntries,
});

export type SettingName = keyof typeof settingsSchema.entries;

/**
 * The allowed values of settings that accept only certain words; letter case is ignored. Synonyms are names
 * that other programs use.
 */
export const CHOICE_BY_SETTING: Readonly<Partial<Record<SettingName, Choice>>> = {
  CACHE_BACKEND: { values: ["local", "redis"] },
  VIEWS_SIGNATURE_MODE: {
    values: SIGNATURE_MODES,
    synonyms: { "hmac-sha256": "hmac", off: "none", "sha-256": "sha256" },
  },
  LOG_LEVEL: {
    values: LOG_LEVELS,
    synonyms: {
      critical: "fatal",
      err: "error",
      information: "info",
      none: "silent",
      off: "silent",
      warning: "warn",
    },
  },
  LOG_FORMAT: {
    values: ["json", "pretty"],
    synonyms: { console: "pretty", plain: "pretty", text: "pretty" },
  },
};

/** Settings whose value is never shown in a message. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set<SettingName>([
  "ADMIN_TOKEN",
  "REDIS_SENTINEL_PASSWORD",
  "VIEWS_SIGNATURE_KEY",
]);
/** URLs, which a message shows without user and password. */
export const URL_SETTINGS: ReadonlySet<string> = new Set<SettingName>([
  "DATABASE_URL",
  "REDIS_URL",
  ...OTEL_URLS,
]);

/**
 * Settings that must not be empty. For all other settings, an empty value means that the setting is not set,
 * because compose files write it in this way.
 */
export const SETTINGS_REFUSED_WHEN_EMPTY: ReadonlySet<string> = new Set<SettingName>(["CACHE_NAMESPACE"]);
