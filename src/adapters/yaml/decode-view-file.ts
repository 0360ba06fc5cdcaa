import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import { SPLIT_HINT } from "./syntax/common-words.ts";
import type { DiagnosticMaker } from "./syntax/position.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const UTF8_HINT = { en: "save it as UTF-8", pt: "salve-o como UTF-8" };

/** Decodes a view file; returns a diagnostic if that is not possible. */
export function decodeViewFile(bytes: Uint8Array, maker: DiagnosticMaker): string | Diagnostic {
  if (bytes.byteLength > VIEW_FILE_BYTES_MAX) {
    const message = {
      en: `the file is larger than ${VIEW_FILE_BYTES_MAX} bytes`,
      pt: `o arquivo tem mais de ${VIEW_FILE_BYTES_MAX} bytes`,
    };
    return maker.atStart({ code: "file-size", message, hint: SPLIT_HINT });
  }
  // A view begins with two ASCII characters. A zero byte among them shows UTF-16, which writes each ASCII character
  // with a zero byte.
  const isUtf16 = startsAsUtf16(bytes);
  const text = isUtf16 ? undefined : decodeStrictly(bytes);
  if (text !== undefined) return text;
  if (isUtf16) {
    const message = {
      en: "the file is UTF-16 text, not UTF-8",
      pt: "o arquivo é texto em UTF-16, não em UTF-8",
    };
    return maker.atStart({ code: "file-encoding", message, hint: UTF8_HINT });
  }
  const { line, column, byte, nextByte } = findWrongByte(bytes);
  // The message names the byte's character in Latin-1, whose codes equal those of Unicode. If a continuation byte
  // follows, the byte was probably meant as UTF-8, and the message names no character.
  const isLetter = byte >= 0xa0 && (nextByte < 0x80 || nextByte > 0xbf);
  const digits = `0x${byte.toString(16).toUpperCase()}`;
  const letter = JSON.stringify(String.fromCharCode(byte));
  const message = {
    en: `the file is not UTF-8 text: the byte here is ${digits}${isLetter ? `, which is ${letter} in Latin-1` : ""}`,
    pt: `o arquivo não é texto em UTF-8: o byte aqui é ${digits}${isLetter ? `, que é ${letter} em Latin-1` : ""}`,
  };
  return { ...maker.atStart({ code: "file-encoding", message, hint: UTF8_HINT }), line, column };
}

function formatHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16)).join(",");
}

function startsAsUtf16(bytes: Uint8Array): boolean {
  const [first, second] = [bytes[0], bytes[1]];
  if (first === undefined || second === undefined) return false;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0) !== (second === 0);
}

const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true });

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Finds the first byte that is not UTF-8, and its line and column. */
function findWrongByte(file: Uint8Array): {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
  readonly nextByte: number;
} {
  // A lone carriage return ends a line, too.
  const bytes = file.map((byte, at) =>
    byte === CARRIAGE_RETURN && file[at + 1] !== LINE_FEED ? LINE_FEED : byte,
  );
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
    if (decodeStrictly(bytes.subarray(start, end)) === undefined) break;
    start = end + 1;
    line += 1;
  }
  const wrong = bytes.subarray(start);
  let [offset, column] = [0, 1];
  for (const character of new TextDecoder("utf-8", { ignoreBOM: true }).decode(wrong)) {
    const isReplaced = character === "\ufffd" && formatHex(wrong.subarray(offset, offset + 3)) !== "ef,bf,bd";
    if (isReplaced) break;
    offset += new TextEncoder().encode(character).byteLength;
    column += character.length;
  }
  return { line, column, byte: wrong[offset] ?? 0, nextByte: wrong[offset + 1] ?? 0 };
}

/** One file of a catalog, read but not yet parsed. */
export interface ViewFile {
  /** Path inside the catalog's folder, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** One file of a catalog, read only when it is needed. */
export interface UnreadFile extends Pick<ViewFile, "path"> {
  /**
   * Metadata that changes with the bytes. Undefined if the bytes may change without it: then the bytes must be read.
   */
  readonly version?: FileIdentity | undefined;
  readonly read: () => Uint8Array;
}

/**
 * The metadata of a file that change with its content: device, inode, size and times. They are numbers, because making
 * strings for 10,000 files would take 10 ms.
 */
export type FileIdentity = readonly (bigint | number)[];

export function isSameIdentity(left: FileIdentity | undefined, right: FileIdentity | undefined): boolean {
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  if (left === right) return true;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

export const VIEW_FILE_BYTES_MAX = 1024 * 1024;
