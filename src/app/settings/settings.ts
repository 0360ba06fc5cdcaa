import * as v from "valibot";
import type { SigningKey } from "../../domain/signing/signing-key.ts";
import type { SignatureMode } from "../../domain/signing/verify-manifest.ts";
import type { Language, LocalizedText } from "../../lib/language.ts";
import { readOtelEnvironment } from "./otel-environment.ts";
import { type OtelSettings, toOtelSettings } from "./otel-settings.ts";
import { findRedisContradictions, type RedisSettings, toRedisSettings } from "./redis-settings.ts";
import {
  type Environment,
  isQuoted,
  lowerCaseScheme,
  toCanonicalChoice,
  warnOfQuotedSettings,
  warnOfUnknownSettings,
} from "./setting-values.ts";
import {
  CHOICE_BY_SETTING,
  getSettingsSchema,
  type LogLevel,
  SECRET_SETTINGS,
  SETTINGS_REFUSED_WHEN_EMPTY,
  type SettingName,
  settingsSchema,
  TRUE_PATTERN,
  URL_SETTINGS,
} from "./settings-schema.ts";
import { maskUrl } from "./url-settings.ts";

/** All settings from the environment, read once at start and frozen. */
export interface Settings extends RedisSettings {
  readonly cacheBackend: "local" | "redis";
  readonly cacheNamespace: string;
  /** The name of the fleet; if undefined, the fleet takes the id of its first publication. */
  readonly fleetId: string | undefined;
  /** The readable name of this replica, beside its id. */
  readonly replicaName: string | undefined;
  readonly viewsDir: string;
  readonly viewsCacheTtlSeconds: number;
  readonly viewsSignatureMode: SignatureMode;
  /** With the mode `hmac`, this, the keyring or both are set. */
  readonly viewsSignatureKey: SigningKey | undefined;
  /** Path of a JSON file with several keys, read again at every reload and after an invalid signature. */
  readonly viewsSignatureKeyring: string | undefined;
  /** Whether a catalog without a manifest is refused; true only if the mode is `sha256` or `hmac`. */
  readonly viewsSignatureRequired: boolean;
  readonly tickersCacheTtlSeconds: number;
  /** One query with a column `ticker`. */
  readonly tickersSql: string;
  /** Undefined for the embedded sample database. */
  readonly databaseUrl: string | undefined;
  readonly adminToken: string | undefined;
  readonly host: string;
  readonly port: number;
  /** How long an idle connection is kept open; only Node's server uses this setting. */
  readonly httpIdleTimeoutSeconds: number;
  /** How long a stopping service still accepts requests while `/readyz` answers 503. */
  readonly httpDrainDelaySeconds: number;
  readonly logLevel: LogLevel;
  readonly logFormat: "json" | "pretty";
  readonly otel: OtelSettings;
}

export type SettingsParse =
  | {
      readonly kind: "settings";
      readonly settings: Settings;
      /** Variables that are ignored or doubtful, and why: a sentence each, without secrets. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: "invalid"; readonly message: string };

export type { Environment } from "./setting-values.ts";

/**
 * @param language the language of the message and of warnings
 * @param terminal whether logs go to a terminal: then they are pretty unless `LOG_FORMAT` is set
 * @returns frozen settings, or one message that lists every wrong variable, its value unless that is secret,
 * and what the variable accepts
 * @throws {TypeError} for a value that is not text, which no environment has
 */
export function parseSettings(
  environment: Environment,
  { terminal, language = "en" }: { readonly terminal: boolean; readonly language?: Language },
): SettingsParse {
  requireTexts(environment);
  const otel = readOtelEnvironment(environment);
  const values = normalizeVariables({ ...environment, ...otel.environment });
  const schema = getSettingsSchema(language);
  const parsed = v.safeParse(schema, values);
  const wrong = parsed.success ? [] : v.flatten(parsed.issues).nested;
  const problems = Object.entries(wrong ?? {}).map(([name, messages]) =>
    describeWrongSetting(name, values[name], messages?.[0] ?? "", language),
  );
  problems.push(...findContradictions(values).map((each) => each[language]));
  if (!parsed.success || problems.length > 0)
    return { kind: "invalid", message: describeWrongSettings(problems, language) };
  const { output } = parsed;
  const settings: Settings = {
    cacheBackend: output.CACHE_BACKEND,
    ...toRedisSettings(output, output.CACHE_BACKEND === "redis"),
    cacheNamespace: output.CACHE_NAMESPACE,
    fleetId: output.FLEET_ID,
    replicaName: output.REPLICA_NAME,
    viewsDir: output.VIEWS_DIR,
    viewsCacheTtlSeconds: output.VIEWS_CACHE_TTL,
    viewsSignatureMode: output.VIEWS_SIGNATURE_MODE,
    viewsSignatureKey: output.VIEWS_SIGNATURE_KEY,
    viewsSignatureKeyring: output.VIEWS_SIGNATURE_KEYRING,
    viewsSignatureRequired: output.VIEWS_SIGNATURE_REQUIRED,
    tickersCacheTtlSeconds: output.TICKERS_CACHE_TTL,
    tickersSql: output.TICKERS_SQL,
    databaseUrl: output.DATABASE_URL,
    adminToken: output.ADMIN_TOKEN,
    host: output.HOST,
    port: output.PORT,
    httpIdleTimeoutSeconds: output.HTTP_IDLE_TIMEOUT,
    httpDrainDelaySeconds: output.HTTP_DRAIN_DELAY,
    logLevel: output.LOG_LEVEL,
    logFormat: output.LOG_FORMAT ?? (terminal ? "pretty" : "json"),
    otel: toOtelSettings(output, otel.environment),
  };
  const unknown = warnOfUnknownSettings(environment, Object.keys(schema.entries));
  const warnings = [...unknown, ...warnOfQuotedSettings(values), ...otel.warnings].map(
    (each) => each[language],
  );
  return { kind: "settings", settings: Object.freeze(settings), warnings };
}

/** Programs in JavaScript may pass numbers and booleans. */
function requireTexts(environment: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(settingsSchema.entries)) {
    const value = environment[name];
    if (value !== undefined && typeof value !== "string")
      throw new TypeError(`Cannot parse the settings: ${name} must be text, as in an environment`);
  }
}

/**
 * The variables that are set, in normal form: without surrounding spaces, which env files keep, and with
 * allowed words and URL schemes in their canonical spelling.
 */
function normalizeVariables(environment: Environment): Environment {
  return Object.fromEntries(
    (Object.keys(settingsSchema.entries) as SettingName[]).flatMap((name) => {
      const text = environment[name]?.trim();
      if (text === undefined || (text === "" && !SETTINGS_REFUSED_WHEN_EMPTY.has(name))) return [];
      const choice = CHOICE_BY_SETTING[name];
      if (choice !== undefined) return [[name, toCanonicalChoice(choice, text)]];
      return [[name, URL_SETTINGS.has(name) ? lowerCaseScheme(text) : text]];
    }),
  );
}

function findContradictions(values: Environment): readonly LocalizedText[] {
  const messages = [...findRedisContradictions(values)];
  const { VIEWS_SIGNATURE_MODE: mode = "none", VIEWS_SIGNATURE_REQUIRED: required = "false" } = values;
  if (mode === "hmac" && (values.VIEWS_SIGNATURE_KEY ?? values.VIEWS_SIGNATURE_KEYRING) === undefined) {
    messages.push({
      en: "VIEWS_SIGNATURE_KEY is not set: VIEWS_SIGNATURE_MODE=hmac needs it, or VIEWS_SIGNATURE_KEYRING; mosaic keygen makes a key",
      pt: "VIEWS_SIGNATURE_KEY não está definida: VIEWS_SIGNATURE_MODE=hmac precisa dela, ou de VIEWS_SIGNATURE_KEYRING; mosaic keygen cria uma chave",
    });
  }
  if (mode === "none" && TRUE_PATTERN.test(required)) {
    messages.push({
      en: "VIEWS_SIGNATURE_MODE is none: VIEWS_SIGNATURE_REQUIRED=true needs sha256 or hmac, since nothing would be verified",
      pt: "VIEWS_SIGNATURE_MODE é none: VIEWS_SIGNATURE_REQUIRED=true precisa de sha256 ou hmac, pois nada seria verificado",
    });
  }
  return messages;
}

const PROBLEM_TEXTS = {
  en: {
    is: "is",
    isHidden: "is set to a value that is not shown",
    expected: "expected",
    quoted: "the quotation marks around it are part of the value: leave them out",
    wrong: (count: number) => `Cannot start: ${count === 1 ? "1 setting is" : `${count} settings are`} wrong`,
  },
  pt: {
    is: "é",
    isHidden: "tem um valor que não é mostrado",
    expected: "o esperado é",
    quoted: "as aspas em volta fazem parte do valor: tire-as",
    wrong: (count: number) =>
      `Não é possível iniciar: ${count === 1 ? "1 configuração está errada" : `${count} configurações estão erradas`}`,
  },
} as const satisfies Readonly<Record<Language, object>>;

function describeWrongSetting(name: string, value = "", expected: string, language: Language): string {
  const texts = PROBLEM_TEXTS[language];
  const takes = `${texts.expected} ${expected}${isQuoted(value) ? `; ${texts.quoted}` : ""}`;
  if (SECRET_SETTINGS.has(name)) return `${name} ${texts.isHidden}: ${takes}`;
  const shown = URL_SETTINGS.has(name) ? maskUrl(value, language) : value;
  const excerpt = shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
  return `${name} ${texts.is} ${JSON.stringify(excerpt)}: ${takes}`;
}

function describeWrongSettings(problems: readonly string[], language: Language): string {
  return [PROBLEM_TEXTS[language].wrong(problems.length), ...problems.map((line) => `  ${line}`)].join("\n");
}
