import { resolveYaml11, type Yaml11Scalar } from "../../../domain/view/yaml11-reading.ts";
import type { ReaderScalar } from "./reader-node.ts";

/** A value that another reader gets where PyYAML and Mosaic agree: of their types, or described in words. */
export type OtherReading = Yaml11Scalar | { readonly type: "other"; readonly words: string };

/** The position of a text: R and PHP treat some differently. */
export interface ScalarPlace {
  readonly node: ReaderScalar;
  readonly isKey: boolean;
  /** The source text, with its quotes. */
  readonly written: string;
}

/** How a reader parses texts differently from PyYAML; undefined where no difference is known. */
export interface OtherReader {
  readonly title: string;
  /** The kinds of text with the tag `!` that the reader resolves like plain ones without a tag. */
  readonly emptyTag: "all" | "none" | "plain";
  readonly readScalar: (place: ScalarPlace) => OtherReading | undefined;
}

export const TEXT: OtherReading = { type: "text" };

export function other(words: string): OtherReading {
  return { type: "other", words };
}

/** The text as a reader resolves it: a tag that it ignores makes it a plain one. */
export function withoutEmptyTag(node: ReaderScalar, { emptyTag }: OtherReader): ReaderScalar {
  const { tag, style } = node;
  const isOpen = emptyTag === "all" ? style === "plain" || style === "quoted" : style === emptyTag;
  return tag === "!" && isOpen ? { ...node, tag: undefined, style: "plain" } : node;
}

export function isPlain({ style, tag }: ReaderScalar): boolean {
  return style === "plain" && tag === undefined;
}

const COMMA_INTEGER = /^[-+]?[0-9][0-9_,]*$/;
const COMMA_FLOAT = /^[-+]?[0-9][0-9_,]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/;

/** Ruby and PHP read a comma as a thousands separator at any place: `1,5` is 15. */
export function withoutCommas(text: string): OtherReading | undefined {
  if (!text.includes(",")) return undefined;
  return COMMA_INTEGER.test(text) || COMMA_FLOAT.test(text)
    ? resolveYaml11(text.replaceAll(",", ""))
    : undefined;
}
