import { type LocalizedText, sameInEachLanguage } from "../../lib/language.ts";
import { excerptText } from "../../lib/visible-text.ts";
import { INTEGER_DIGITS_MAX } from "../json/json-value.ts";

/** The type and value of a plain scalar in a YAML 1.1 reader, such as PyYAML in services that read the same files. */
export type Yaml11Scalar =
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "date"; readonly value: string }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "integer"; readonly value: bigint }
  | { readonly type: "null" }
  /** The reader refuses the whole file because of the scalar. */
  | { readonly type: "refused"; readonly reason: LocalizedText }
  | { readonly type: "text" };

/** The difference between YAML 1.1 and YAML 1.2 for a scalar. */
export type Yaml11Difference =
  /** A description of the value in YAML 1.1, such as `the boolean false`. */
  | { readonly kind: "other"; readonly reading: LocalizedText }
  | { readonly kind: "refused"; readonly reason: LocalizedText };

/**
 * Compares how YAML 1.1 and YAML 1.2 read a plain scalar.
 *
 * @param plain the scalar as written, without quotes
 * @returns the difference; undefined if both versions read the same value
 * @see https://yaml.org/type/ for the types of 1.1, https://yaml.org/spec/1.2.2/#103-core-schema for those of
 * 1.2
 */
export function findYaml11Difference(plain: string): Yaml11Difference | undefined {
  if (!TYPED_START.test(plain) || COMMON_NUMBER.test(plain)) return undefined;
  const in11 = resolveYaml11(plain);
  const in12 = resolveByRules(plain, RULES_12);
  if (in11.type === "refused")
    return in12.type === "refused" ? undefined : { kind: "refused", reason: in11.reason };
  if (isSameScalar(in11, in12)) return undefined;
  return { kind: "other", reading: describeYaml11Scalar(in11) };
}

/** Returns the type and value that PyYAML's SafeLoader gives to a plain scalar. */
export function resolveYaml11(plain: string): Yaml11Scalar {
  return TYPED_START.test(plain) ? resolveByRules(plain, RULES_11) : TEXT_SCALAR;
}

/** Describes a scalar, such as `the boolean false`; long numbers are cut. */
export function describeYaml11Scalar(scalar: Yaml11Scalar): LocalizedText {
  switch (scalar.type) {
    case "null":
      return sameInEachLanguage("null");
    case "text":
      return { en: "text", pt: "texto" };
    case "refused":
      return scalar.reason;
    default: {
      const shown = excerptText(String(scalar.value), SHOWN_LENGTH_MAX);
      return { en: `the ${scalar.type} ${shown}`, pt: `${TYPES_PT[scalar.type]} ${shown}` };
    }
  }
}

const TYPES_PT = {
  boolean: "o booleano",
  date: "a data",
  float: "o número decimal",
  integer: "o número inteiro",
} as const;

const SHOWN_LENGTH_MAX = 40;

/**
 * Matches the beginning of a scalar that may have another type than text: a sign, a digit, an indicator, or a word
 * such as `yes`.
 */
const TYPED_START = /^(?:[-+.0-9~<=]|(?:null|true|false|yes|no|on|off)$|$)/i;

/** Matches numbers that both versions read in the same way. */
const COMMON_NUMBER = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?$/;

const TEXT_SCALAR: Yaml11Scalar = { type: "text" };

interface ScalarRule {
  readonly pattern: RegExp;
  readonly read: (plain: string) => Yaml11Scalar;
}

const readFloatScalar = (plain: string): Yaml11Scalar => ({ type: "float", value: readFloat(plain) });
const createBooleanReader = (value: boolean) => (): Yaml11Scalar => ({ type: "boolean", value });
const createIndicatorRefusal = (plain: string) => (): Yaml11Scalar => ({
  type: "refused",
  reason: { en: `it reads ${plain} as an indicator`, pt: `ele lê ${plain} como um indicador` },
});

const SHARED_RULES: readonly ScalarRule[] = [
  { pattern: /^(?:~|null|Null|NULL|)$/, read: () => ({ type: "null" }) },
  { pattern: /^(?:true|True|TRUE)$/, read: createBooleanReader(true) },
  { pattern: /^(?:false|False|FALSE)$/, read: createBooleanReader(false) },
  { pattern: /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/, read: readFloatScalar },
];

const RULES_12: readonly ScalarRule[] = [
  ...SHARED_RULES,
  { pattern: /^[-+]?[0-9]+$/, read: (plain) => readInteger(plain, 10) },
  { pattern: /^0o[0-7]+$/, read: (plain) => ({ type: "integer", value: BigInt(plain) }) },
  { pattern: /^0x[0-9a-fA-F]+$/, read: (plain) => readInteger(plain, 16) },
  { pattern: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/, read: readFloatScalar },
];

const RULES_11: readonly ScalarRule[] = [
  ...SHARED_RULES,
  { pattern: /^(?:yes|Yes|YES|on|On|ON)$/, read: createBooleanReader(true) },
  { pattern: /^(?:no|No|NO|off|Off|OFF)$/, read: createBooleanReader(false) },
  { pattern: /^[-+]?0b[01_]+$/, read: (plain) => readInteger(plain, 2) },
  { pattern: /^[-+]?0[0-7_]+$/, read: (plain) => readInteger(plain, 8) },
  { pattern: /^[-+]?(?:0|[1-9][0-9_]*)$/, read: (plain) => readInteger(plain, 10) },
  { pattern: /^[-+]?0x[0-9a-fA-F_]+$/, read: (plain) => readInteger(plain, 16) },
  { pattern: /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/, read: readBase60Integer },
  { pattern: /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/, read: readFloatScalar },
  { pattern: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/, read: readBase60Float },
  { pattern: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, read: readDate },
  {
    pattern:
      /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?)?$/,
    read: readDate,
  },
  { pattern: /^=$/, read: createIndicatorRefusal("=") },
  { pattern: /^<<$/, read: createIndicatorRefusal("<<") },
];

function resolveByRules(plain: string, rules: readonly ScalarRule[]): Yaml11Scalar {
  return rules.find(({ pattern }) => pattern.test(plain))?.read(plain) ?? TEXT_SCALAR;
}

/** Whether two readers give a scalar the same type and value. */
export function isSameScalar(left: Yaml11Scalar, right: { readonly type: string }): boolean {
  if (left.type !== right.type) return false;
  return !("value" in left && "value" in right) || Object.is(left.value, right.value);
}

const RADIX_PREFIXES = { 2: "0b", 8: "0o", 10: "", 16: "0x" } as const;

/** Reads an integer with an optional sign, an optional `0b` or `0x` and underscores. */
function readInteger(plain: string, radix: 2 | 8 | 10 | 16): Yaml11Scalar {
  const digits = plain
    .replaceAll("_", "")
    .replace(/^[-+]/, "")
    .replace(/^0[bx]/, "");
  if (digits === "")
    return { type: "refused", reason: { en: `${plain} has no digits`, pt: `${plain} não tem dígitos` } };
  if (digits.length > INTEGER_DIGITS_MAX) return createTooManyDigitsRefusal();
  const value = BigInt(`${RADIX_PREFIXES[radix]}${digits}`);
  return { type: "integer", value: plain.startsWith("-") ? -value : value };
}

export function createTooManyDigitsRefusal(): Yaml11Scalar {
  const reason = {
    en: `a number has more than ${INTEGER_DIGITS_MAX} digits`,
    pt: `um número tem mais de ${INTEGER_DIGITS_MAX} dígitos`,
  };
  return { type: "refused", reason };
}

function readFloat(plain: string): number {
  const [sign = "", rest = ""] =
    /^([-+]?)(.*)$/.exec(plain.replaceAll("_", "").toLowerCase())?.slice(1) ?? [];
  const value = rest === ".inf" ? Number.POSITIVE_INFINITY : rest === ".nan" ? Number.NaN : Number(rest);
  return sign === "-" ? -value : value;
}

function readBase60Integer(plain: string): Yaml11Scalar {
  const digits = plain.replaceAll("_", "").replace(/^[-+]/, "");
  if (digits.length > INTEGER_DIGITS_MAX) return createTooManyDigitsRefusal();
  const value = digits.split(":").reduce((total, part) => total * 60n + BigInt(part), 0n);
  return { type: "integer", value: plain.startsWith("-") ? -value : value };
}

function readBase60Float(plain: string): Yaml11Scalar {
  const digits = plain.replaceAll("_", "").replace(/^[-+]/, "");
  const value = digits.split(":").reduce((total, part) => total * 60 + Number(part), 0);
  return { type: "float", value: plain.startsWith("-") ? -value : value };
}

const DATE_PATTERN =
  /^(?<year>\d{4})-(?<month>\d+)-(?<day>\d+)(?:[Tt \t]+(?<hour>\d+):(?<minute>\d+):(?<second>\d+)(?:\.\d*)?[ \t]*(?:Z|[-+](?<zoneHour>\d+)(?::(?<zoneMinute>\d+))?)?)?$/;
const ZONE_MINUTES_MAX = 24 * 60;

/** Reads a date. PyYAML refuses a date that does not exist. */
function readDate(plain: string): Yaml11Scalar {
  const part = (name: string): number => Number(DATE_PATTERN.exec(plain)?.groups?.[name] ?? 0);
  const [year, month, day] = [part("year"), part("month"), part("day")];
  const isDay = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  const isTime = part("hour") < 24 && part("minute") < 60 && part("second") < 60;
  const isZone = part("zoneHour") * 60 + part("zoneMinute") < ZONE_MINUTES_MAX;
  if (isDay && isTime && isZone) return { type: "date", value: plain };
  const reason = {
    en: `it reads ${plain} as a date or time that does not exist`,
    pt: `ele lê ${plain} como uma data ou hora que não existe`,
  };
  return { type: "refused", reason };
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}
