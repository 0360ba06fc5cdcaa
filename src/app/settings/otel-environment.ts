import { type LocalizedText, sameInEachLanguage } from "../../lib/language.ts";
import { excerptText } from "../../lib/visible-text.ts";
import { OTLP_PROTOCOLS, TRACE_SAMPLERS } from "./otel-settings.ts";
import { type ChoiceValues, type Environment, toCanonicalChoice } from "./setting-values.ts";

/** The OpenTelemetry variables that the service and the SDK use. */
export interface OtelEnvironment {
  /** All `OTEL_*` variables, trimmed; an ignored variable is undefined. */
  readonly environment: Environment;
  /** Ignored variables, and why. Values that may be secret are not shown. */
  readonly warnings: readonly LocalizedText[];
}

/** The result of a rule. With a warning, the value was ignored in whole or in part. */
interface RuleResult {
  readonly value: string | undefined;
  readonly warning?: LocalizedText;
}

type VariableRule = (name: string, text: string) => RuleResult;

/**
 * Reads OpenTelemetry's variables as its specification requires: an unusable value is ignored with a warning.
 * A wrong endpoint or `OTEL_DENO` is not: the schema of the settings refuses it. The SDK itself ignores many
 * unusable values silently, and drops valid values together with them.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function readOtelEnvironment(environment: Environment): OtelEnvironment {
  const used: Record<string, string | undefined> = {};
  const warnings: LocalizedText[] = [];
  // Sorted, because Deno lists an environment in a different order at each start.
  for (const name of Object.keys(environment).sort()) {
    if (!name.startsWith("OTEL_")) continue;
    const text = (environment[name] ?? "").trim();
    const rule = RULE_BY_VARIABLE.get(name) ?? acceptUnchanged;
    const { value, warning } = text === "" ? { value: undefined } : rule(name, text);
    used[name] = value;
    if (warning !== undefined) warnings.push(warning);
  }
  return { environment: used, warnings };
}

function listExporterVariables(suffix: string): readonly string[] {
  return ["", "TRACES_", "METRICS_"].map((signal) => `OTEL_EXPORTER_OTLP_${signal}${suffix}`);
}

const WHOLE_NUMBER_MAX = 86_400_000;

const RULE_BY_VARIABLE: ReadonlyMap<string, VariableRule> = new Map<string, VariableRule>([
  ["OTEL_SDK_DISABLED", createChoiceRule({ values: ["true", "false"] })],
  ["OTEL_TRACES_SAMPLER", createChoiceRule({ values: TRACE_SAMPLERS })],
  [
    "OTEL_TRACES_SAMPLER_ARG",
    createNumberRule({
      min: 0,
      max: 1,
      form: { en: "a number from 0 to 1, such as 0.01", pt: "um número de 0 a 1, como 0.01" },
    }),
  ],
  ["OTEL_TRACES_EXPORTER", checkExporters],
  ["OTEL_METRICS_EXPORTER", checkExporters],
  ["OTEL_PROPAGATORS", checkPropagators],
  ["OTEL_RESOURCE_ATTRIBUTES", checkPairs],
  ...listExporterVariables("HEADERS").map((name) => [name, checkPairs] as const),
  ...listExporterVariables("PROTOCOL").map(
    (name) => [name, createChoiceRule({ values: OTLP_PROTOCOLS })] as const,
  ),
  ...listExporterVariables("COMPRESSION").map(
    (name) => [name, createChoiceRule({ values: ["gzip", "none"] })] as const,
  ),
  ...[...listExporterVariables("TIMEOUT"), "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT"].map(
    (name) =>
      [
        name,
        createWholeNumberRule({
          min: 1,
          form: {
            en: "whole milliseconds from 1 to 86400000, such as 60000",
            pt: "um número inteiro de milissegundos de 1 a 86400000, como 60000",
          },
        }),
      ] as const,
  ),
  ...["SCHEDULE_DELAY", "EXPORT_TIMEOUT"].map(
    (name) =>
      [
        `OTEL_BSP_${name}`,
        createWholeNumberRule({
          min: 0,
          form: {
            en: "whole milliseconds from 0 to 86400000",
            pt: "um número inteiro de milissegundos de 0 a 86400000",
          },
        }),
      ] as const,
  ),
  ...["MAX_QUEUE_SIZE", "MAX_EXPORT_BATCH_SIZE"].map(
    (name) =>
      [
        `OTEL_BSP_${name}`,
        createWholeNumberRule({
          min: 1,
          form: { en: "a whole number from 1", pt: "um número inteiro a partir de 1" },
        }),
      ] as const,
  ),
]);

function acceptUnchanged(_name: string, text: string): RuleResult {
  return { value: text };
}

function quoteExcerpt(text: string): string {
  return JSON.stringify(excerptText(text, 100));
}

function ignoreValue(name: string, text: string, form: LocalizedText): RuleResult {
  const value = quoteExcerpt(text);
  const warning = {
    en: `${name} is ${value}, which is ignored: expected ${form.en}`,
    pt: `${name} é ${value}, que é ignorado: o esperado é ${form.pt}`,
  };
  return { value: undefined, warning };
}

/** The names of a list that are ignored, and what the list takes; `note` is added in each language. */
function warnOfNames(
  name: string,
  ignored: readonly string[],
  { form, note = sameInEachLanguage("") }: { readonly form: LocalizedText; readonly note?: LocalizedText },
): LocalizedText {
  const names = ignored.map(quoteExcerpt).join(", ");
  return {
    en: `${name} names ${names}, which is ignored: expected ${form.en}${note.en}`,
    pt: `${name} tem ${names}, que é ignorado: o esperado é ${form.pt}${note.pt}`,
  };
}

function createChoiceRule(choice: ChoiceValues): VariableRule {
  return (name, text) => {
    const value = toCanonicalChoice(choice, text);
    return choice.values.includes(value)
      ? { value }
      : ignoreValue(name, text, sameInEachLanguage(choice.values.join(", ")));
  };
}

function createNumberRule({
  min,
  max,
  form,
}: {
  readonly min: number;
  readonly max: number;
  readonly form: LocalizedText;
}): VariableRule {
  return (name, text) => {
    const value = Number(text);
    return value >= min && value <= max ? { value: text } : ignoreValue(name, text, form);
  };
}

function createWholeNumberRule({
  min,
  form,
}: {
  readonly min: number;
  readonly form: LocalizedText;
}): VariableRule {
  const inRange = createNumberRule({ min, max: WHOLE_NUMBER_MAX, form });
  return (name, text) => (/^[0-9]+$/.test(text) ? inRange(name, text) : ignoreValue(name, text, form));
}

function splitList(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== "");
}

/**
 * OTLP is the only supported exporter besides `/metrics`: other names in the list are ignored with a warning.
 */
function checkExporters(name: string, text: string): RuleResult {
  const names = splitList(text);
  const others = names.filter((each) => each !== "otlp" && each !== "none");
  const isScraped = name === "OTEL_METRICS_EXPORTER" && others.includes("prometheus");
  const ownValue = names.includes("otlp") ? "otlp" : names.includes("none") ? "none" : undefined;
  // `prometheus` alone means that nothing is sent: `/metrics` can always be scraped.
  const value = ownValue ?? (isScraped ? "none" : undefined);
  if (others.length === 0) return { value };
  const note = { en: "; Prometheus reads GET /metrics", pt: "; o Prometheus lê GET /metrics" };
  const form = { en: "otlp or none", pt: "otlp ou none" };
  const warning = warnOfNames(name, others, isScraped ? { form, note } : { form });
  return { value, warning };
}

const PROPAGATORS: ReadonlySet<string> = new Set(["b3", "b3multi", "baggage", "none", "tracecontext"]);

function checkPropagators(name: string, text: string): RuleResult {
  const names = splitList(text);
  const known = names.filter((each) => PROPAGATORS.has(each));
  const value = known.length === 0 ? undefined : known.join(",");
  if (known.length === names.length) return { value };
  const others = names.filter((each) => !PROPAGATORS.has(each));
  const warning = warnOfNames(name, others, { form: sameInEachLanguage([...PROPAGATORS].join(", ")) });
  return { value, warning };
}

/**
 * The SDK drops all pairs if it cannot parse one of them, so only valid pairs are passed on. Warnings do not
 * show values, because a header may contain a password.
 */
function checkPairs(name: string, text: string): RuleResult {
  const all = text.split(",").filter((pair) => pair.trim() !== "");
  const usable = all.filter((pair) => isValidPair(pair, name));
  const value = usable.length === 0 ? undefined : usable.join(",");
  if (usable.length === all.length) return { value };
  const places = all.flatMap((pair, index) => (isValidPair(pair, name) ? [] : [String(index + 1)]));
  const which = places.join(", ");
  const isOne = places.length === 1;
  const warning = {
    en: `${name}: ${isOne ? "pair" : "pairs"} ${which} of ${all.length} ${isOne ? "is" : "are"} ignored: write each pair as key=value, with "," as %2C, "=" as %3D and "%" as %25`,
    pt: `${name}: ${isOne ? "o par" : "os pares"} ${which} de ${all.length} ${isOne ? "é ignorado" : "são ignorados"}: escreva cada par como chave=valor, com "," como %2C, "=" como %3D e "%" como %25`,
  };
  return { value, warning };
}

/** The SDK's limit for attributes, in UTF-16 units. */
const ATTRIBUTE_LENGTH_MAX = 255;

function isValidPair(pair: string, name: string): boolean {
  const [key = "", ...values] = pair.split("=");
  const isAttribute = name === "OTEL_RESOURCE_ATTRIBUTES";
  // The value of a header may contain "=", as Base64 does; the value of an attribute may not.
  if (key.trim() === "" || values.length === 0 || (isAttribute && values.length > 1)) return false;
  const lengthMax = isAttribute ? ATTRIBUTE_LENGTH_MAX : Number.POSITIVE_INFINITY;
  try {
    return [key, values.join("=")].every((part) => decodeURIComponent(part.trim()).length <= lengthMax);
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
