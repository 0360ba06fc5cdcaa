/**
 * What a YAML 1.1 reader (PyYAML, in the services that share our catalogs) makes of a plain scalar that YAML 1.2 reads
 * otherwise.
 *
 * @param plain the scalar as written, without quotes
 * @returns words for the other reading, such as `the boolean false`, or undefined when both readers agree
 * @see https://yaml.org/type/ for the types of 1.1, https://yaml.org/spec/1.2.2/#103-core-schema for those of 1.2
 */
export function yaml11Reading(plain: string): string | undefined {
  if (plain.length > PLAIN_LENGTH_MAX) return undefined;
  const older = resolve(plain, RULES_11);
  const newer = resolve(plain, RULES_12);
  if (older.type === newer.type && older.value === newer.value) return undefined;
  return older.type === "text" ? "text" : `the ${older.type} ${older.value}`;
}

/** Longer scalars are not looked at: nobody means a number, a date or a boolean by them. */
const PLAIN_LENGTH_MAX = 128;

type ScalarType = "boolean" | "date" | "float" | "integer" | "mark" | "null" | "text";

interface Rule {
  readonly type: ScalarType;
  readonly pattern: RegExp;
  readonly read: (plain: string) => string;
}

interface Resolved {
  readonly type: ScalarType;
  readonly value: string;
}

const same = (plain: string): string => plain;
const lower = (plain: string): string => plain.toLowerCase();
const none = (): string => "null";

/** The types that both versions have, written the same way. */
const SHARED_RULES: readonly Rule[] = [
  { type: "null", pattern: /^(?:~|null|Null|NULL|)$/, read: none },
  { type: "boolean", pattern: /^(?:true|True|TRUE|false|False|FALSE)$/, read: lower },
  { type: "float", pattern: /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/, read: lower },
];

const RULES_12: readonly Rule[] = [
  ...SHARED_RULES,
  { type: "integer", pattern: /^[-+]?[0-9]+$/, read: (plain) => signed(plain, 10) },
  { type: "integer", pattern: /^0o[0-7]+$/, read: (plain) => BigInt(plain).toString() },
  { type: "integer", pattern: /^0x[0-9a-fA-F]+$/, read: (plain) => BigInt(plain).toString() },
  {
    type: "float",
    pattern: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/,
    read: (plain) => String(Number(plain)),
  },
];

const RULES_11: readonly Rule[] = [
  ...SHARED_RULES,
  { type: "boolean", pattern: /^(?:yes|Yes|YES|on|On|ON)$/, read: () => "true" },
  { type: "boolean", pattern: /^(?:no|No|NO|off|Off|OFF)$/, read: () => "false" },
  { type: "integer", pattern: /^[-+]?0b[01_]*[01][01_]*$/, read: (plain) => signed(plain, 2) },
  { type: "integer", pattern: /^[-+]?0[0-7_]+$/, read: (plain) => signed(plain, 8) },
  { type: "integer", pattern: /^[-+]?(?:0|[1-9][0-9_]*)$/, read: (plain) => signed(plain, 10) },
  {
    type: "integer",
    pattern: /^[-+]?0x[0-9a-fA-F_]*[0-9a-fA-F][0-9a-fA-F_]*$/,
    read: (plain) => signed(plain, 16),
  },
  { type: "integer", pattern: /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/, read: base60 },
  {
    type: "float",
    pattern: /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/,
    read: (plain) => String(Number(plain.replaceAll("_", ""))),
  },
  { type: "float", pattern: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/, read: base60 },
  { type: "date", pattern: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, read: same },
  {
    type: "date",
    pattern:
      /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?)?$/,
    read: same,
  },
  { type: "mark", pattern: /^(?:=|<<)$/, read: same },
];

function resolve(plain: string, rules: readonly Rule[]): Resolved {
  const rule = rules.find(({ pattern }) => pattern.test(plain));
  return rule === undefined ? { type: "text", value: plain } : { type: rule.type, value: rule.read(plain) };
}

/** Reads an integer with an optional sign, an optional `0b` or `0x` and underscores. */
function signed(plain: string, radix: 2 | 8 | 10 | 16): string {
  const prefixes = { 2: "0b", 8: "0o", 10: "", 16: "0x" };
  const digits = plain
    .replaceAll("_", "")
    .replace(/^[-+]/, "")
    .replace(/^0[bx]/, "");
  const value = BigInt(`${prefixes[radix]}${digits}`);
  return (plain.startsWith("-") ? -value : value).toString();
}

function base60(plain: string): string {
  const digits = plain.replaceAll("_", "").replace(/^[-+]/, "");
  const value = digits.split(":").reduce((total, part) => total * 60 + Number(part), 0);
  return String(plain.startsWith("-") ? -value : value);
}
