import type { ReaderLanguage } from "../../../domain/view/reader-languages.ts";
import { resolveYaml11, type Yaml11Scalar } from "../../../domain/view/yaml11-reading.ts";
import type { LocalizedText } from "../../../lib/language.ts";
import type { ReaderScalar } from "./reader-node.ts";

/**
 * The behaviour of five readers, as observed on Psych 4.0.3 (Ruby), yaml 2.2.2 (PHP), yaml 2.3.7 (R), SnakeYAML 1.33
 * (Java) and go-yaml 3.0.1 (Go).
 */
export const OTHER_READERS: Readonly<Record<ReaderLanguage, OtherReader>> = {
  ruby: { title: "Ruby", ignoresEmptyTag: "all", readScalar: readRuby },
  php: { title: "PHP", ignoresEmptyTag: "none", readScalar: readPhp },
  r: { title: "R", ignoresEmptyTag: "plain", readScalar: readR },
  java: { title: "Java", ignoresEmptyTag: "all", readScalar: readJava },
  go: { title: "Go", ignoresEmptyTag: "plain", readScalar: readGo },
};

const INTEGER_TAG = "tag:yaml.org,2002:int";

function isTaggedOctal({ node }: ScalarInput): boolean {
  return node.tag === INTEGER_TAG && /^[-+]?0o/i.test(node.text);
}

/** Whether a scalar has the escape `\/`, which is part of YAML only since version 1.2. */
function hasSlashEscape({ written }: ScalarInput): boolean {
  return written.startsWith('"') && /^"(?:[^\\]|\\[^/])*\\\//.test(written);
}

/** Whether a block scalar without indentation indicator begins with a tab, which libyaml reads as indentation. */
function beginsWithTab({ node, written }: ScalarInput): boolean {
  return node.style === "block" && /^[|>](?![-+]?[1-9])[^\n]*\n(?:[ \r]*\n)* *\t/.test(written);
}

const TAB_INDENT_REFUSAL = createRefusal("it reads a tab as indentation", "ele lê um tab como recuo");

function readRuby(input: ScalarInput): OtherReading | undefined {
  const { node, isKey, written } = input;
  const { text } = node;
  if (beginsWithTab(input)) return TAB_INDENT_REFUSAL;
  if (isTaggedOctal(input)) return TEXT_READING;
  if (isKey && text === "<<" && /^["']/.test(written))
    return createOtherReading("a merge key despite the quotes", "uma chave de mesclagem, apesar das aspas");
  if (!isPlainScalar(node)) return undefined;
  if (/^(?:yes|true|on)$/i.test(text)) return { type: "boolean", value: true };
  if (/^(?:no|false|off)$/i.test(text)) return { type: "boolean", value: false };
  if (/^null$/i.test(text)) return { type: "null" };
  if (/^[-+]?\.inf$|^\.nan$/i.test(text)) return resolveYaml11(text.toLowerCase());
  if (/^:./.test(text)) return createOtherReading("a symbol", "um símbolo");
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}$/.test(text)) return readRubyTime(text);
  if (/^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$/.test(text))
    return createOtherReading(`the date ${text}`, `a data ${text}`);
  if (/^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?\s*[-+]\d{4}$/.test(text))
    return createOtherReading(`the time ${text}`, `o horário ${text}`);
  return readWithoutCommas(text);
}

/**
 * Reads `1:30` as hours and minutes, as Ruby does; PyYAML reads it as minutes and seconds. In Ruby, a third
 * part is the seconds.
 */
function readRubyTime(text: string): OtherReading {
  const [hours = 0, minutes = 0, seconds = 0] = text.replaceAll("_", "").split(":").map(Number);
  return { type: "integer", value: BigInt(hours * 3_600 + minutes * 60 + seconds) };
}

const INTEGER_64_MAX = 2n ** 63n - 1n;
const INTEGER_64_MIN = -(2n ** 63n);

function readPhp(input: ScalarInput): OtherReading | undefined {
  const { node, isKey } = input;
  const { text } = node;
  if (beginsWithTab(input)) return TAB_INDENT_REFUSAL;
  if (isTaggedOctal(input)) return { type: "integer", value: 0n };
  if (isKey && /^(?:0|-?[1-9][0-9]{0,17})$/.test(text))
    return createOtherReading(`the integer ${text} as a key`, `o número inteiro ${text} como chave`);
  if (!isPlainScalar(node)) return undefined;
  if (/^[yY]$/.test(text)) return { type: "boolean", value: true };
  if (/^[nN]$/.test(text)) return { type: "boolean", value: false };
  if (/^[-+]\.$/.test(text)) return { type: "float", value: text === "-." ? -0 : 0 };
  if (/^[-+]?0[0-9]+\.[0-9]*$/.test(text)) return TEXT_READING;
  if (/^[-+]?\._?[0-9][0-9_]*$/.test(text) && text.includes("_")) return readUnderscored(text);
  if (/^[-+]?0(?::[0-5]?[0-9])+$/.test(text)) return readBase60(text);
  if (/^:[0-9]+$/.test(text)) return readBase60(`0${text}`);
  const scalar = resolveYaml11(text);
  if (scalar.type === "integer") return clampToInt64(scalar.value);
  return readWithoutCommas(text);
}

function readUnderscored(text: string): OtherReading {
  return { type: "float", value: Number(text.replaceAll("_", "")) };
}

function readBase60(text: string): OtherReading {
  const parts = text.replace(/^[-+]/, "").split(":");
  const value = parts.reduce((total, part) => total * 60n + BigInt(part), 0n);
  return { type: "integer", value: text.startsWith("-") ? -value : value };
}

function clampToInt64(value: bigint): OtherReading {
  if (value > INTEGER_64_MAX) return { type: "integer", value: INTEGER_64_MAX };
  return { type: "integer", value: value < INTEGER_64_MIN ? INTEGER_64_MIN : value };
}

const NOT_AVAILABLE_READING = createOtherReading("NA", "NA");
const INTEGER_32_MAX = 2n ** 31n - 1n;
/** The smallest normal float: R's number parser refuses smaller numbers. */
const NORMAL_FLOAT_MIN = 2.2250738585072014e-308;

function readR(input: ScalarInput): OtherReading | undefined {
  const { node } = input;
  const { style, tag } = node;
  // R's reader ignores no-break spaces at the end of a scalar.
  const text = node.text.replace(/\u00a0+$/, "");
  if (beginsWithTab(input)) return TAB_INDENT_REFUSAL;
  if (isTaggedOctal(input) || (tag === INTEGER_TAG && /^0x/i.test(text))) return NOT_AVAILABLE_READING;
  if (text.includes("\0"))
    return createOtherReading("only the text before U+0000", "só o texto antes de U+0000");
  // R resolves block scalars like plain ones.
  if (tag !== undefined || style === "quoted" || style === "empty") return undefined;
  if (text === "" && style === "block") return { type: "null" };
  if (/^[yY]$/.test(text)) return { type: "boolean", value: true };
  if (/^[nN]$/.test(text)) return { type: "boolean", value: false };
  if (/^[-+]?\.$/.test(text) || isCommaNumber(text)) return NOT_AVAILABLE_READING;
  // R supports neither underscores nor numbers to the base of 2 or 60, and leaves dates as strings.
  if (/_|:|^[-+]?0b/.test(text)) return undefined;
  return readRNumber(text);
}

function isCommaNumber(text: string): boolean {
  return text.includes(",") && /^[-+]?[0-9][0-9,]*(?:\.[0-9,]*)?$/.test(text);
}

function readRNumber(text: string): OtherReading | undefined {
  const scalar = resolveYaml11(text);
  if (scalar.type === "date" || scalar.type === "refused") return undefined;
  if (scalar.type === "integer") {
    const size = scalar.value < 0n ? -scalar.value : scalar.value;
    return size > INTEGER_32_MAX ? NOT_AVAILABLE_READING : scalar;
  }
  if (scalar.type === "float" && scalar.value !== 0 && Math.abs(scalar.value) < NORMAL_FLOAT_MIN)
    return NOT_AVAILABLE_READING;
  return scalar;
}

function readJava(input: ScalarInput): OtherReading | undefined {
  const { node, written } = input;
  const { text } = node;
  if (hasSlashEscape(input)) return SLASH_ESCAPE_REFUSAL;
  if (/^"(?:[^\\]|\\[^\t])*\\\t/.test(written))
    return createRefusal(
      "it does not know a backslash before a tab as an escape",
      "ele não conhece uma barra invertida antes de um tab como escape",
    );
  if (isTaggedOctal(input))
    return createRefusal(
      "it does not read 0o as the prefix of an integer",
      "ele não lê 0o como prefixo de um número inteiro",
    );
  if (!isPlainScalar(node)) return undefined;
  if (NUMBER_WITH_EXPONENT.test(text)) return { type: "float", value: Number(text) };
  if (/^[-+]?\._*[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?$/.test(text)) return readUnderscored(text);
  return /^[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+$/.test(text) ? readUnderscored(text) : undefined;
}

/** A number with an exponent in YAML 1.2. YAML 1.1 also requires a dot, and a sign in the exponent. */
const NUMBER_WITH_EXPONENT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/;

function readGo(input: ScalarInput): OtherReading | undefined {
  const { node } = input;
  const { text } = node;
  if (hasSlashEscape(input)) return SLASH_ESCAPE_REFUSAL;
  if (beginsWithTab(input)) return TAB_INDENT_REFUSAL;
  if (!isPlainScalar(node)) return undefined;
  if (/^\d{4}-\d{1,2}-\d{1,2}$/.test(text)) return createOtherReading(`the date ${text}`, `a data ${text}`);
  if (!/^[-+0-9]/.test(text)) return undefined;
  const digits = text.replaceAll("_", "");
  const based = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/.exec(digits);
  if (based !== null) return readGoInteger(based[1] ?? "", based[2] ?? "", text);
  if (/^[-+]?(?:0|[1-9][0-9]*)$/.test(digits)) return readGoDecimal(digits);
  const isFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits);
  const isGoFloat = (text.includes("_") && !text.startsWith("_")) || NUMBER_WITH_EXPONENT.test(text);
  return isFloat && isGoFloat ? { type: "float", value: Number(digits) } : undefined;
}

const UNSIGNED_64_MAX = 2n ** 64n - 1n;

function readGoInteger(sign: string, literal: string, text: string): OtherReading {
  const value = BigInt(literal.toLowerCase());
  if (value > UNSIGNED_64_MAX)
    return createOtherReading(`the text ${text.slice(0, 20)}`, `o texto ${text.slice(0, 20)}`);
  return { type: "integer", value: sign === "-" ? -value : value };
}

function readGoDecimal(digits: string): OtherReading {
  const value = BigInt(digits.replace(/^\+/, ""));
  const isInRange = value >= INTEGER_64_MIN && value <= UNSIGNED_64_MAX;
  return isInRange ? { type: "integer", value } : { type: "float", value: Number(digits) };
}

/** The value that another reader reads: a value of a type of PyYAML, or a description of any other value. */
export type OtherReading = Yaml11Scalar | { readonly type: "other"; readonly text: LocalizedText };

/** A scalar in its document: readers treat some keys and some notations differently. */
interface ScalarInput {
  readonly node: ReaderScalar;
  readonly isKey: boolean;
  /** The scalar as written, with its quotes. */
  readonly written: string;
}

/** A reader that differs from PyYAML. */
interface OtherReader {
  readonly title: string;
  /** The styles of scalars for which the reader ignores the tag `!`. */
  readonly ignoresEmptyTag: "all" | "none" | "plain";
  /** Returns the reading of a scalar; undefined if no difference from PyYAML is known. */
  readonly readScalar: (input: ScalarInput) => OtherReading | undefined;
}

const TEXT_READING: OtherReading = { type: "text" };
const SLASH_ESCAPE_REFUSAL = createRefusal(
  'it does not know the escape "\\/"',
  'ele não conhece o escape "\\/"',
);

function createOtherReading(en: string, pt: string): OtherReading {
  return { type: "other", text: { en, pt } };
}

function createRefusal(en: string, pt: string): OtherReading {
  return { type: "refused", reason: { en, pt } };
}

/** Removes a tag `!` that the reader ignores: such a reader resolves the scalar like a plain one. */
export function withoutEmptyTag(node: ReaderScalar, { ignoresEmptyTag }: OtherReader): ReaderScalar {
  const { tag, style } = node;
  const isIgnored =
    ignoresEmptyTag === "all" ? style === "plain" || style === "quoted" : style === ignoresEmptyTag;
  return tag === "!" && isIgnored ? { ...node, tag: undefined, style: "plain" } : node;
}

function isPlainScalar({ style, tag }: ReaderScalar): boolean {
  return style === "plain" && tag === undefined;
}

const COMMA_INTEGER = /^[-+]?[0-9][0-9_,]*$/;
const COMMA_FLOAT = /^[-+]?[0-9][0-9_,]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/;

/** Reads a number with commas. Ruby and PHP ignore commas at any position: `1,5` is 15. */
function readWithoutCommas(text: string): OtherReading | undefined {
  if (!text.includes(",")) return undefined;
  return COMMA_INTEGER.test(text) || COMMA_FLOAT.test(text)
    ? resolveYaml11(text.replaceAll(",", ""))
    : undefined;
}
