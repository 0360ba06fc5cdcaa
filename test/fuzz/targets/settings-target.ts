import fc from "fast-check";
import { parseSettings } from "../../../src/app/settings/settings.ts";
import { must, pureTarget } from "../fuzz-target.ts";
import { hostileWord, hugeText, mutatedText, rarely } from "../inputs/hostile-text.ts";

export type SettingsInput = Readonly<Record<string, string>>;

const SECRET = "never-shown";
const VALID: readonly (readonly [name: string, ...values: string[]])[] = [
  ["CACHE_BACKEND", "local", "redis"],
  ["REDIS_URL", "redis://127.0.0.1:6379/0", `rediss://user:${SECRET}@redis.example:6379/1`],
  ["CACHE_NAMESPACE", "mosaic", "{mosaic}:"],
  ["VIEWS_DIR", "data/views"],
  ["VIEWS_CACHE_TTL", "86400"],
  ["VIEWS_SIGNATURE_MODE", "none", "sha256", "hmac"],
  ["VIEWS_SIGNATURE_KEY", `a:${SECRET.repeat(4)}`, SECRET.repeat(4)],
  ["VIEWS_SIGNATURE_KEYRING", "keys.json"],
  ["VIEWS_SIGNATURE_REQUIRED", "true", "false"],
  ["TICKERS_CACHE_TTL", "300", "0.5"],
  ["TICKERS_SQL", "SELECT ticker FROM view_fiis_info", "WITH a AS (VALUES ('x')) SELECT * FROM a; -- end"],
  ["DATABASE_URL", "sqlite:a.db", "sqlite::memory:", `postgres://user:${SECRET}@127.0.0.1:5432/funds`],
  ["ADMIN_TOKEN", SECRET],
  ["HOST", "127.0.0.1", "::1"],
  ["PORT", "8000", "0"],
  ["LOG_LEVEL", "info"],
  ["LOG_FORMAT", "json"],
  ["OTEL_SDK_DISABLED", "true"],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", `http://user:${SECRET}@collector.example`],
  ["OTEL_TRACES_SAMPLER", "parentbased_traceidratio"],
  ["OTEL_TRACES_SAMPLER_ARG", "0.01"],
  ["OTEL_METRIC_EXPORT_INTERVAL", "60000"],
];

/** No word that could cut a secret into pieces which are shown for something else. */
const setting = fc.constantFrom(...VALID).chain(([name, ...values]) => {
  const often = fc.oneof(fc.constantFrom(...values), mutatedText(fc.constantFrom(...values)), hostileWord);
  return rarely(200, { often, seldom: hugeText(130_000) }).map((value) => [name, value] as const);
});
const inputs: fc.Arbitrary<SettingsInput> = fc.array(setting, { maxLength: 8 }).map(Object.fromEntries);

/** Settings are read and frozen, or refused in a message that is bounded and shows no secret. */
export function checkSettings(environment: SettingsInput): string {
  const parsed = parseSettings(environment, { terminal: false });
  if (parsed.kind === "settings") {
    must(Object.isFrozen(parsed.settings), "settings are frozen");
    must(
      parsed.settings.viewsCacheTtlSeconds > 0 && parsed.settings.tickersCacheTtlSeconds > 0,
      "TTLs are above zero",
    );
    return "settings";
  }
  must(parsed.message.length < 20_000, "the message is bounded");
  // What was moved before "://" is no password any more, but the name of a protocol.
  const shown = parsed.message.replaceAll(/"[^"]*:\/\//g, "");
  must(!shown.includes(SECRET), `the message shows no secret, as it does here: ${parsed.message}`);
  return "refused";
}

export const SETTINGS_TARGET = pureTarget({ name: "settings", inputs, check: checkSettings });
