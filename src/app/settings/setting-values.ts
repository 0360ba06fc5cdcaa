import { type LocalizedText, toLocalizedText } from "../../lib/language.ts";
import { findSimilarName } from "../../lib/similar-name.ts";
import type { Settings } from "./settings.ts";

/** The environment as `process.env` gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The allowed values of a setting, in lower case, and synonyms for them. */
export interface ChoiceValues {
  readonly values: readonly string[];
  readonly synonyms?: Readonly<Record<string, string>>;
}

/**
 * The canonical spelling of a value: letter case is ignored, and a synonym is replaced. A text that is not
 * allowed is returned unchanged, so that a message can show it.
 */
export function toCanonicalChoice({ values, synonyms = {} }: ChoiceValues, text: string): string {
  const plain = text.toLowerCase();
  if (values.includes(plain)) return plain;
  return Object.hasOwn(synonyms, plain) ? (synonyms[plain] ?? text) : text;
}

const URL_SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/**
 * Writes the scheme of a URL in lower case, because some clients accept only that: with `REDISS://`, they
 * would connect without TLS.
 */
export function lowerCaseScheme(url: string): string {
  return url.replace(URL_SCHEME, (scheme) => scheme.toLowerCase());
}

/** Whether a value is in quotation marks: `docker --env-file` keeps them; systemd and a shell do not. */
export function isQuoted(text: string): boolean {
  return /^(["']).*\1$/s.test(text);
}

/**
 * Warns about accepted values in quotation marks. Where any text is accepted, such as a key or a namespace, they make
 * another value, and nothing else would show why.
 *
 * @param values of settings, without surrounding spaces
 */
export function warnOfQuotedSettings(values: Environment): readonly LocalizedText[] {
  return Object.entries(values)
    .filter(([, value = ""]) => isQuoted(value))
    .map(([name]) => ({
      en: `${name} begins and ends with quotation marks, which are part of the value: leave them out unless it needs them`,
      pt: `${name} começa e termina com aspas, que fazem parte do valor: tire-as se ele não precisa delas`,
    }));
}

/** Names with these prefixes are reserved for settings. */
const OWN_PREFIX = /^(?:CACHE|TICKERS|VIEWS)_/;

/**
 * Matches the variables that Kubernetes sets in containers for the services of their namespace, such as one
 * named `cache`.
 */
const SERVICE_LINK_NAME = /_(?:SERVICE_(?:HOST|PORT(?:_.+)?)|PORT(?:_[0-9]+_(?:TCP|UDP)(?:_.+)?)?)$/;

/** How many first letters a misspelt name must share with the name of the setting. */
const COMMON_PREFIX_LENGTH = 3;

/** Maximum number of warnings: an environment may contain thousands of variables. */
const UNKNOWN_SETTINGS_MAX = 20;

/**
 * Warns about variables that are no settings, but begin like one or have a similar name. Without the warning, a
 * service with a misspelt `VIEWS_SIGNATURE_REQUIERD` would start without the intended check.
 *
 * @param names of all settings
 */
export function warnOfUnknownSettings(
  environment: Environment,
  names: readonly string[],
): readonly LocalizedText[] {
  const known = new Set(names);
  const warnings: LocalizedText[] = [];
  // Sorted, because Deno lists an environment in a different order at each start.
  for (const name of Object.keys(environment).sort()) {
    if (known.has(name) || environment[name] === undefined || warnings.length === UNKNOWN_SETTINGS_MAX)
      continue;
    const near = name.includes("_") ? findSimilarSetting(name, names) : undefined;
    const isOwn = OWN_PREFIX.test(name) && !SERVICE_LINK_NAME.test(name);
    if (near === undefined && !isOwn) continue;
    const [shown, isNear] = [quoteUnlessPlain(name), near !== undefined];
    warnings.push({
      en: `${shown} is not a known setting${isNear ? `; did you mean ${near}?` : ""}`,
      pt: `${shown} não é uma configuração conhecida${isNear ? `; você quis dizer ${near}?` : ""}`,
    });
  }
  return warnings;
}

function findSimilarSetting(name: string, names: readonly string[]): string | undefined {
  const beginning = name.slice(0, COMMON_PREFIX_LENGTH).toUpperCase();
  return findSimilarName(
    name,
    names.filter((each) => each.includes("_") && each.startsWith(beginning)),
  );
}

/** Shortens and quotes a name for a message: a name may be any string, of any length. */
function quoteUnlessPlain(name: string): string {
  const shown = name.slice(0, 60);
  return /^\w+$/.test(shown) ? shown : JSON.stringify(shown);
}

/**
 * Warns about settings without effect: `REDIS_URL` without the backend `redis`, and keys without the mode `hmac`.
 */
export function warnOfUnusedSettings(environment: Environment, settings: Settings): readonly string[] {
  const { cacheBackend, viewsSignatureMode: mode, viewsSignatureKey, viewsSignatureKeyring } = settings;
  const isRedisUnused = cacheBackend !== "redis" && (environment.REDIS_URL ?? "").trim() !== "";
  const keys = { VIEWS_SIGNATURE_KEY: viewsSignatureKey, VIEWS_SIGNATURE_KEYRING: viewsSignatureKeyring };
  const unusedKeys = Object.entries(keys).filter(([, value]) => value !== undefined && mode !== "hmac");
  return [
    ...(isRedisUnused ? [`REDIS_URL is not used: CACHE_BACKEND is ${cacheBackend}; set it to redis`] : []),
    ...unusedKeys.map(
      ([name]) => `${name} is not used: VIEWS_SIGNATURE_MODE is ${mode}; set it to hmac to verify signatures`,
    ),
  ];
}

/**
 * A TLS file of Redis (CA certificates, certificate or key) cannot be read; the message contains no secret.
 */
export class CaCertificatesError extends Error {
  override readonly name = "CaCertificatesError";
  readonly code = "redis-authority-unusable";

  /** The message in each language. */
  readonly texts: LocalizedText;

  /** @param setting such as `REDIS_TLS_CA` */
  constructor(setting: string, path: string, detail: LocalizedText | string) {
    const [file, { en, pt }] = [`${setting} ${JSON.stringify(path)}`, toLocalizedText(detail)];
    const texts = { en: `Cannot load ${file}: ${en}`, pt: `Não é possível carregar ${file}: ${pt}` };
    super(texts.en);
    this.texts = texts;
  }
}
