import * as v from "valibot";
import { REPLICA_NAME_PATTERN } from "../../domain/fleet/announcement.ts";
import { FLEET_ID_PATTERN } from "../../domain/release/fleet-id.ts";
import { parseSigningKey, SECRET_FORM } from "../../domain/signing/signing-key.ts";
import { SIGNATURE_MODES } from "../../domain/signing/verify-manifest.ts";
import { findTickerQueryFault } from "../../domain/tickers/ticker-query.ts";
import type { Language, LocalizedText } from "../../lib/language.ts";
import { createOtelEntries, OTEL_URLS } from "./otel-settings.ts";
import { createRedisEntries, PLAIN_URL_FORM, URL_ESCAPES_FORM, URL_PASSWORD_FORM } from "./redis-settings.ts";
import type { ChoiceValues } from "./setting-values.ts";
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
const VIEWS_TTL_FORM: LocalizedText = {
  en: `whole seconds from 1 to ${SECONDS_MAX}, such as 86400`,
  pt: `segundos inteiros de 1 a ${SECONDS_MAX}, como 86400`,
};
const TICKERS_TTL_FORM: LocalizedText = {
  en: `seconds above 0 and up to ${SECONDS_MAX}, with or without a fraction, such as 300 or 0.5`,
  pt: `segundos acima de 0 e até ${SECONDS_MAX}, com ou sem fração, como 300 ou 0.5`,
};
const TICKERS_SQL_FORM: LocalizedText = {
  en: "one query with a column ticker, such as SELECT ticker FROM view_fiis_info",
  pt: "uma consulta com uma coluna ticker, como SELECT ticker FROM view_fiis_info",
};
const HTTP_SECONDS_MAX = 3600;
const IDLE_FORM: LocalizedText = {
  en: `whole seconds from 1 to ${HTTP_SECONDS_MAX}, such as 620 behind a load balancer that keeps connections open for 600`,
  pt: `segundos inteiros de 1 a ${HTTP_SECONDS_MAX}, como 620 atrás de um balanceador que mantém conexões abertas por 600`,
};
const DRAIN_FORM: LocalizedText = {
  en: `seconds from 0 to ${HTTP_SECONDS_MAX}, such as 15`,
  pt: `segundos de 0 a ${HTTP_SECONDS_MAX}, como 15`,
};
export const TRUE_PATTERN = /^(?:true|1|yes|on)$/i;
const BACKEND_FORM: LocalizedText = { en: "local or redis", pt: "local ou redis" };
const NAMESPACE_FORM: LocalizedText = {
  en: "1 to 100 visible ASCII characters, such as mosaic or {mosaic}",
  pt: "de 1 a 100 caracteres ASCII visíveis, como mosaic ou {mosaic}",
};
const FLEET_ID_FORM: LocalizedText = {
  en: "1 to 64 letters, digits, dots, underscores and hyphens, such as funds-production",
  pt: "de 1 a 64 letras, dígitos, pontos, sublinhados e hifens, como funds-production",
};
const REPLICA_NAME_FORM: LocalizedText = {
  en: "1 to 100 letters, digits, dots, colons, underscores and hyphens that begin with a letter or digit, such as web-1",
  pt: "de 1 a 100 letras, dígitos, pontos, dois-pontos, sublinhados e hifens, com uma letra ou um dígito no começo, como web-1",
};
const VIEWS_DIR_FORM: LocalizedText = {
  en: "a folder of YAML views, such as data/views",
  pt: "uma pasta de views em YAML, como data/views",
};
const HOST_FORM: LocalizedText = {
  en: "a host name or address, such as 0.0.0.0",
  pt: "um nome ou endereço de host, como 0.0.0.0",
};
const PORTLESS_HOST_FORM: LocalizedText = {
  en: `${HOST_FORM.en}, without the port, which is PORT`,
  pt: `${HOST_FORM.pt}, sem a porta, que é PORT`,
};
const PORT_FORM: LocalizedText = {
  en: "a port from 0 to 65535; 0 means any free port",
  pt: "uma porta de 0 a 65535; 0 é qualquer porta livre",
};
const ONE_HOST_FORM: LocalizedText = {
  en: "a URL with one host: several hosts are not supported",
  pt: "uma URL com um só host: vários hosts não são aceitos",
};
const DATABASE_FORMS = [
  "sqlite:PATH, sqlite::memory:, postgres://[user:password@]host[:port]/database",
  "postgres:///database?host=/socket/folder",
];
const DATABASE_FORM: LocalizedText = { en: DATABASE_FORMS.join(" or "), pt: DATABASE_FORMS.join(" ou ") };
const SIGNATURE_MODE_FORM: LocalizedText = { en: "none, sha256 or hmac", pt: "none, sha256 ou hmac" };
const SIGNATURE_KEY_FORM: LocalizedText = {
  en: `${SECRET_FORM.en}, optionally after a key id and a colon; mosaic keygen makes one`,
  pt: `${SECRET_FORM.pt}, com ou sem um id de chave e dois-pontos antes; mosaic keygen cria um`,
};
const BOOLEAN_FORM: LocalizedText = { en: "true or false", pt: "true ou false" };
const TOKEN_FORM: LocalizedText = {
  en: "visible ASCII characters without spaces",
  pt: "caracteres ASCII visíveis, sem espaços",
};
const TOKEN_LENGTH_FORM: LocalizedText = { en: "at most 1024 characters", pt: "no máximo 1024 caracteres" };
const LOG_FORMAT_FORM: LocalizedText = { en: "json or pretty", pt: "json ou pretty" };

const createSettingSchema = <Default extends string | undefined>(fallback: Default) =>
  v.optional(v.string(), fallback);

/** The schema of all settings, with messages in a language. */
const createSettingsSchema = (language: Language) =>
  v.object({
    CACHE_BACKEND: v.pipe(
      createSettingSchema("local"),
      v.picklist(["local", "redis"], BACKEND_FORM[language]),
    ),
    ...createRedisEntries(language),
    CACHE_NAMESPACE: v.pipe(
      createSettingSchema("mosaic"),
      v.transform((text) => text.replace(/:+$/, "")),
      v.regex(/^[\x21-\x7e]{1,100}$/, NAMESPACE_FORM[language]),
    ),
    FLEET_ID: v.optional(v.pipe(v.string(), v.regex(FLEET_ID_PATTERN, FLEET_ID_FORM[language]))),
    REPLICA_NAME: v.optional(v.pipe(v.string(), v.regex(REPLICA_NAME_PATTERN, REPLICA_NAME_FORM[language]))),
    VIEWS_DIR: v.pipe(createSettingSchema("data/views"), v.nonEmpty(VIEWS_DIR_FORM[language])),
    VIEWS_CACHE_TTL: v.pipe(
      createSettingSchema("86400"),
      v.regex(/^[0-9]{1,9}$/, VIEWS_TTL_FORM[language]),
      v.transform(Number),
      v.minValue(1, VIEWS_TTL_FORM[language]),
      v.maxValue(SECONDS_MAX, VIEWS_TTL_FORM[language]),
    ),
    TICKERS_CACHE_TTL: v.pipe(
      createSettingSchema("300"),
      v.regex(/^[0-9]{1,9}(?:\.[0-9]{1,6})?$/, TICKERS_TTL_FORM[language]),
      v.transform(Number),
      v.gtValue(0, TICKERS_TTL_FORM[language]),
      v.maxValue(SECONDS_MAX, TICKERS_TTL_FORM[language]),
    ),
    TICKERS_SQL: v.pipe(
      createSettingSchema("SELECT ticker FROM view_fiis_info"),
      v.check((sql) => findTickerQueryFault(sql) === undefined, TICKERS_SQL_FORM[language]),
    ),
    DATABASE_URL: v.optional(
      v.pipe(
        v.string(),
        v.check(isPlainUrl, PLAIN_URL_FORM[language]),
        v.check(hasNoPasswordAfterHost, URL_PASSWORD_FORM[language]),
        v.check((url) => !namesSeveralHosts(url), ONE_HOST_FORM[language]),
        v.check(isDatabaseUrl, DATABASE_FORM[language]),
        v.check(hasValidEscapes, URL_ESCAPES_FORM[language]),
      ),
    ),
    VIEWS_SIGNATURE_MODE: v.pipe(
      createSettingSchema("none"),
      v.picklist(SIGNATURE_MODES, SIGNATURE_MODE_FORM[language]),
    ),
    VIEWS_SIGNATURE_KEY: v.optional(
      v.pipe(
        v.string(),
        v.check((text) => parseSigningKey(text) !== undefined, SIGNATURE_KEY_FORM[language]),
        v.transform(parseSigningKey),
      ),
    ),
    VIEWS_SIGNATURE_KEYRING: v.optional(v.string()),
    VIEWS_SIGNATURE_REQUIRED: v.pipe(
      createSettingSchema("false"),
      v.regex(/^(?:true|1|yes|on|false|0|no|off)$/i, BOOLEAN_FORM[language]),
      v.transform((text) => TRUE_PATTERN.test(text)),
    ),
    ADMIN_TOKEN: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^[\x21-\x7e]*$/, TOKEN_FORM[language]),
        v.maxLength(1024, TOKEN_LENGTH_FORM[language]),
      ),
    ),
    HOST: v.pipe(
      createSettingSchema("127.0.0.1"),
      v.regex(/^[A-Za-z0-9_.:-]{1,253}$/, HOST_FORM[language]),
      // One colon means host and port: an IPv6 address has at least two.
      v.check((host) => host.split(":").length !== 2, PORTLESS_HOST_FORM[language]),
    ),
    PORT: v.pipe(
      createSettingSchema("8000"),
      v.regex(/^[0-9]{1,5}$/, PORT_FORM[language]),
      v.transform(Number),
      v.maxValue(65_535, PORT_FORM[language]),
    ),
    HTTP_IDLE_TIMEOUT: v.pipe(
      createSettingSchema("65"),
      v.regex(/^[0-9]{1,5}$/, IDLE_FORM[language]),
      v.transform(Number),
      v.minValue(1, IDLE_FORM[language]),
      v.maxValue(HTTP_SECONDS_MAX, IDLE_FORM[language]),
    ),
    HTTP_DRAIN_DELAY: v.pipe(
      createSettingSchema("0"),
      v.regex(/^[0-9]{1,5}(?:\.[0-9]{1,3})?$/, DRAIN_FORM[language]),
      v.transform(Number),
      v.maxValue(HTTP_SECONDS_MAX, DRAIN_FORM[language]),
    ),
    LOG_LEVEL: v.pipe(createSettingSchema("info"), v.picklist(LOG_LEVELS, LOG_LEVELS.join(", "))),
    LOG_FORMAT: v.optional(v.picklist(["json", "pretty"], LOG_FORMAT_FORM[language])),
    ...createOtelEntries(language),
  });

export const settingsSchema = createSettingsSchema("en");
/** A schema in another language is made only on request, because it is needed only for messages. */
export const getSettingsSchema = (language: Language): typeof settingsSchema =>
  language === "en" ? settingsSchema : createSettingsSchema(language);

export type SettingName = keyof typeof settingsSchema.entries;

/**
 * The allowed values of settings that accept only certain words; letter case is ignored. Synonyms are names
 * that other programs use.
 */
export const CHOICE_BY_SETTING: Readonly<Partial<Record<SettingName, ChoiceValues>>> = {
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
 * because compose files pass unset variables as empty values.
 */
export const SETTINGS_REFUSED_WHEN_EMPTY: ReadonlySet<string> = new Set<SettingName>(["CACHE_NAMESPACE"]);
