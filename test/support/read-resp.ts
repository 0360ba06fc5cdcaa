export type RespValue = string | number | boolean | null | RespError | readonly RespValue[];

export interface RespFrame {
  /** The frame's first character, which says its type. */
  readonly type: string;
  readonly value: RespValue;
  /** Where the next frame starts. */
  readonly end: number;
}

/** An error reply. */
export class RespError extends Error {
  override readonly name = "RespError";
}

interface RespLine {
  readonly type: string;
  readonly text: string;
  readonly next: number;
}

/** Reads one RESP2 or RESP3 frame; `undefined` when its last byte has not come yet. */
export function readResp(bytes: Buffer, start: number): RespFrame | undefined {
  const line = readLine(bytes, start);
  if (line === undefined) return undefined;
  const { type, text, next } = line;
  switch (type) {
    case "+":
    case "(":
      return { type, value: text, end: next };
    case "-":
      return { type, value: new RespError(text), end: next };
    case ":":
    case ",":
      return { type, value: Number(text), end: next };
    case "#":
      return { type, value: text === "t", end: next };
    case "_":
      return { type, value: null, end: next };
    case "$":
    case "!":
    case "=":
      return readBulk(bytes, line);
    case "*":
    case "~":
    case ">":
      return readItems(bytes, line, Number(text));
    case "%":
      return readItems(bytes, line, 2 * Number(text));
    case "|":
      return readAttributed(bytes, line);
    default:
      throw new RangeError(`Unknown RESP type ${JSON.stringify(type)}`);
  }
}

function readLine(bytes: Buffer, start: number): RespLine | undefined {
  const lineEnd = bytes.indexOf("\r\n", start, "latin1");
  if (lineEnd === -1) return undefined;
  const type = bytes.toString("latin1", start, start + 1);
  return { type, text: bytes.toString("utf8", start + 1, lineEnd), next: lineEnd + 2 };
}

function readBulk(bytes: Buffer, { type, text, next }: RespLine): RespFrame | undefined {
  const bulkBytes = Number(text);
  if (bulkBytes === -1) return { type, value: null, end: next };
  const bulkEnd = next + bulkBytes;
  if (bytes.length < bulkEnd + 2) return undefined;
  const content = bytes.toString("utf8", next, bulkEnd);
  return { type, value: type === "!" ? new RespError(content) : content, end: bulkEnd + 2 };
}

function readItems(bytes: Buffer, { type, next }: RespLine, count: number): RespFrame | undefined {
  if (count === -1) return { type, value: null, end: next };
  const items: RespValue[] = [];
  let end = next;
  while (items.length < count) {
    const item = readResp(bytes, end);
    if (item === undefined) return undefined;
    items.push(item.value);
    end = item.end;
  }
  return { type, value: items, end };
}

/** An attribute is no reply: it comes before the frame that it describes. */
function readAttributed(bytes: Buffer, line: RespLine): RespFrame | undefined {
  const attribute = readItems(bytes, line, 2 * Number(line.text));
  return attribute && readResp(bytes, attribute.end);
}

export interface SplitFrame extends RespFrame {
  readonly bytes: Buffer;
}

export interface SplitChunk {
  /** The whole frames' bytes, in one piece. */
  readonly bytes: Buffer;
  readonly frames: readonly SplitFrame[];
}

/** Takes a stream's chunks and gives the frames that each of them completes. */
export function createRespSplitter(): (chunk: Buffer) => SplitChunk {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: SplitFrame[] = [];
    let start = 0;
    for (let frame = readResp(bytes, 0); frame !== undefined; frame = readResp(bytes, start)) {
      frames.push({ ...frame, bytes: bytes.subarray(start, frame.end) });
      start = frame.end;
    }
    rest = bytes.subarray(start);
    return { bytes: bytes.subarray(0, start), frames };
  };
}
