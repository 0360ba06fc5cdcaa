import type { ReaderLanguage } from "../../../domain/view/reader-languages.ts";
import { resolveYaml11, type Yaml11Scalar } from "../../../domain/view/yaml11-reading.ts";
import type { LocalizedText } from "../../../lib/language.ts";
import type { ReaderScalar } from "./reader-node.ts";

/**
 * The behaviour of Psych 4.0.3, yaml 2.2.2 of PHP and of R 2.3.7, SnakeYAML 1.33 and go-yaml 3.0.1, observed
 * on the real readers.
 */
export const READERS: Readonly<Record<ReaderLanguage, OtherReader>> = {
  ruby: { title: "Ruby", emptyTag: "all", readScalar: readRuby },
  php: { title: "PHP", emptyTag: "none", readScalar: readPhp },
  r: { title: "R", emptyTag: "plain", readScalar: readR },
  java: { title: "Java", emptyTag: "all", readScalar: readJava },
  go: { title: "Go", emptyTag: "plain", readScalar: readGo },
};

const INTEGER_TAG = "tag:yaml.org,2002:int";

function isTaggedOctal({ node }: ScalarPosition): boolean {
  return node.tag === INTEGER_TAG && /^[-+]?0o/i.test(node.text);
}

/** Before YAML 1.2 a slash needed no escape, and had none. */
function hasSlashEscape({ written }: ScalarPosition): boolean {
  return written.startsWith('"') && /^"(?:[^\\]|\\[^/])*\\\//.test(written);
}

/** libyaml reads a tab before the first line of a block scalar as indentation, unless the block states its own. */
function beginsWithTab({ node, written }: ScalarPosition): boolean {
  return node.style === "block" && /^[|>](?![-+]?[1-9])[^\n]*\n(?:[ \r]*\n)* *\t/.test(written);
}

const INDENT_TAB = other(
  "a tab for indentation, and refuses the file",
  "um tab como recuo, e recusa o arquivo",
);

function readRuby(place: ScalarPosition): OtherReading | undefined {
  const { node, isKey, written } = place;
  const { text } = node;
  if (beginsWithTab(place)) return INDENT_TAB;
  if (isTaggedOctal(place)) return TEXT;
  if (isKey && text === "<<" && /^["']/.test(written))
    return other("a merge, in spite of the quotes", "uma mesclagem, apesar das aspas");
  if (!isPlain(node)) return undefined;
  if (/^(?:yes|true|on)$/i.test(text)) return { type: "boolean", value: true };
  if (/^(?:no|false|off)$/i.test(text)) return { type: "boolean", value: false };
  if (/^null$/i.test(text)) return { type: "null" };
  if (/^[-+]?\.inf$|^\.nan$/i.test(text)) return resolveYaml11(text.toLowerCase());
  if (/^:./.test(text)) return other("a symbol", "um símbolo");
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}$/.test(text)) return rubyTime(text);
  if (/^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$/.test(text))
    return other(`the date ${text}`, `a data ${text}`);
  if (/^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?\s*[-+]\d{4}$/.test(text))
    return other(`the time ${text}`, `o horário ${text}`);
  return withoutCommas(text);
}

/** Hours, minutes and seconds: two parts are hours and minutes, unlike in other readers. */
function rubyTime(text: string): OtherReading {
  const [hours = 0, minutes = 0, seconds = 0] = text.replaceAll("_", "").split(":").map(Number);
  return { type: "integer", value: BigInt(hours * 3_600 + minutes * 60 + seconds) };
}

const INTEGER_64_MAX = 2n ** 63n - 1n;
const INTEGER_64_MIN = -(2n ** 63n);

function readPhp(place: ScalarPosition): OtherReading | undefined {
  const { node, isKey } = place;
  const { text } = node;
  if (beginsWithTab(place)) return INDENT_TAB;
  if (isTaggedOctal(place)) return { type: "integer", value: 0n };
  if (isKey && /^(?:0|-?[1-9][0-9]{0,17})$/.test(text))
    return other(`the integer ${text} as a key`, `o número inteiro ${text} como chave`);
  if (!isPlain(node)) return undefined;
  if (/^[yY]$/.test(text)) return { type: "boolean", value: true };
  if (/^[nN]$/.test(text)) return { type: "boolean", value: false };
  if (/^[-+]\.$/.test(text)) return { type: "float", value: text === "-." ? -0 : 0 };
  if (/^[-+]?0[0-9]+\.[0-9]*$/.test(text)) return TEXT;
  if (/^[-+]?\._?[0-9][0-9_]*$/.test(text) && text.includes("_")) return underscored(text);
  if (/^[-+]?0(?::[0-5]?[0-9])+$/.test(text)) return base60(text);
  if (/^:[0-9]+$/.test(text)) return base60(`0${text}`);
  const scalar = resolveYaml11(text);
  if (scalar.type === "integer") return clamped(scalar.value);
  return withoutCommas(text);
}

function underscored(text: string): OtherReading {
  return { type: "float", value: Number(text.replaceAll("_", "")) };
}

function base60(text: string): OtherReading {
  const parts = text.replace(/^[-+]/, "").split(":");
  const value = parts.reduce((total, part) => total * 60n + BigInt(part), 0n);
  return { type: "integer", value: text.startsWith("-") ? -value : value };
}

function clamped(value: bigint): OtherReading {
  if (value > INTEGER_64_MAX) return { type: "integer", value: INTEGER_64_MAX };
  return { type: "integer", value: value < INTEGER_64_MIN ? INTEGER_64_MIN : value };
}

const NOT_AVAILABLE = other("NA", "NA");
const INTEGER_32_MAX = 2n ** 31n - 1n;
/** Smaller ones have fewer digits than R's number parser requires. */
const NORMAL_FLOAT_MIN = 2.2250738585072014e-308;

function readR(place: ScalarPosition): OtherReading | undefined {
  const { node } = place;
  const { style, tag } = node;
  // What R counts as a space at the end of a scalar.
  const text = node.text.replace(/\u00a0+$/, "");
  if (beginsWithTab(place)) return INDENT_TAB;
  if (isTaggedOctal(place) || (tag === INTEGER_TAG && /^0x/i.test(text))) return NOT_AVAILABLE;
  if (text.includes("\0"))
    return other("the text up to its character U+0000", "o texto até o caractere U+0000");
  // R resolves block scalars like plain ones.
  if (tag !== undefined || style === "quoted" || style === "empty") return undefined;
  if (text === "" && style === "block") return { type: "null" };
  if (/^[yY]$/.test(text)) return { type: "boolean", value: true };
  if (/^[nN]$/.test(text)) return { type: "boolean", value: false };
  if (/^[-+]?\.$/.test(text) || isCommaNumber(text)) return NOT_AVAILABLE;
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
    return size > INTEGER_32_MAX ? NOT_AVAILABLE : scalar;
  }
  if (scalar.type === "float" && scalar.value !== 0 && Math.abs(scalar.value) < NORMAL_FLOAT_MIN)
    return NOT_AVAILABLE;
  return scalar;
}

function readJava(place: ScalarPosition): OtherReading | undefined {
  const { node, written } = place;
  const { text } = node;
  if (hasSlashEscape(place))
    return other('no escape in "\\/", and refuses the file', '"\\/" sem ver um escape, e recusa o arquivo');
  if (/^"(?:[^\\]|\\[^\t])*\\\t/.test(written))
    return other(
      "no escape in a backslash before a tab, and refuses the file",
      "a barra invertida antes de um tab sem ver um escape, e recusa o arquivo",
    );
  if (isTaggedOctal(place))
    return other("no integer, and refuses the file", "algo que não é inteiro, e recusa o arquivo");
  if (!isPlain(node)) return undefined;
  if (EXPONENT.test(text)) return { type: "float", value: Number(text) };
  if (/^[-+]?\._*[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?$/.test(text)) return underscored(text);
  return /^[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+$/.test(text) ? underscored(text) : undefined;
}

/** Without a dot, or without a sign: numbers of YAML 1.2. */
const EXPONENT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/;

function readGo(place: ScalarPosition): OtherReading | undefined {
  const { node } = place;
  const { text } = node;
  if (hasSlashEscape(place))
    return other('no escape in "\\/", and refuses the file', '"\\/" sem ver um escape, e recusa o arquivo');
  if (beginsWithTab(place)) return INDENT_TAB;
  if (!isPlain(node)) return undefined;
  if (/^\d{4}-\d{1,2}-\d{1,2}$/.test(text)) return other(`the date ${text}`, `a data ${text}`);
  if (!/^[-+0-9]/.test(text)) return undefined;
  const digits = text.replaceAll("_", "");
  const based = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/.exec(digits);
  if (based !== null) return goInteger(based[1] ?? "", based[2] ?? "", text);
  if (/^[-+]?(?:0|[1-9][0-9]*)$/.test(digits)) return goDecimal(digits);
  const isFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits);
  const isOfGo = (text.includes("_") && !text.startsWith("_")) || EXPONENT.test(text);
  return isFloat && isOfGo ? { type: "float", value: Number(digits) } : undefined;
}

const UNSIGNED_64_MAX = 2n ** 64n - 1n;

function goInteger(sign: string, literal: string, text: string): OtherReading {
  const value = BigInt(literal.toLowerCase());
  if (value > UNSIGNED_64_MAX) return other(`the text ${text.slice(0, 20)}`, `o texto ${text.slice(0, 20)}`);
  return { type: "integer", value: sign === "-" ? -value : value };
}

function goDecimal(digits: string): OtherReading {
  const value = BigInt(digits.replace(/^\+/, ""));
  const isHeld = value >= INTEGER_64_MIN && value <= UNSIGNED_64_MAX;
  return isHeld ? { type: "integer", value } : { type: "float", value: Number(digits) };
}

/** A value that another reader gets where PyYAML and Mosaic agree: of their types, or described in words. */
export type OtherReading = Yaml11Scalar | { readonly type: "other"; readonly words: LocalizedText };

/** The position of a scalar: R and PHP treat some differently. */
interface ScalarPosition {
  readonly node: ReaderScalar;
  readonly isKey: boolean;
  /** The scalar as written, with its quotes. */
  readonly written: string;
}

/** How a reader parses scalars differently from PyYAML; undefined where no difference is known. */
interface OtherReader {
  readonly title: string;
  /** The kinds of scalar with the tag `!` that the reader resolves like plain ones without a tag. */
  readonly emptyTag: "all" | "none" | "plain";
  readonly readScalar: (place: ScalarPosition) => OtherReading | undefined;
}

const TEXT: OtherReading = { type: "text" };

function other(en: string, pt: string): OtherReading {
  return { type: "other", words: { en, pt } };
}

/** The scalar as a reader resolves it: a tag that it ignores makes it a plain one. */
export function withoutEmptyTag(node: ReaderScalar, { emptyTag }: OtherReader): ReaderScalar {
  const { tag, style } = node;
  const isOpen = emptyTag === "all" ? style === "plain" || style === "quoted" : style === emptyTag;
  return tag === "!" && isOpen ? { ...node, tag: undefined, style: "plain" } : node;
}

function isPlain({ style, tag }: ReaderScalar): boolean {
  return style === "plain" && tag === undefined;
}

const COMMA_INTEGER = /^[-+]?[0-9][0-9_,]*$/;
const COMMA_FLOAT = /^[-+]?[0-9][0-9_,]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/;

/** Ruby and PHP read a comma as a thousands separator at any position: `1,5` is 15. */
function withoutCommas(text: string): OtherReading | undefined {
  if (!text.includes(",")) return undefined;
  return COMMA_INTEGER.test(text) || COMMA_FLOAT.test(text)
    ? resolveYaml11(text.replaceAll(",", ""))
    : undefined;
}
