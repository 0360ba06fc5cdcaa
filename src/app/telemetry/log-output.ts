import { fstatSync, write } from "node:fs";
import process from "node:process";
import { Writable } from "node:stream";
import { promisify } from "node:util";
import { waitAtMost } from "../../lib/deadline.ts";

/** Writes lines; rejects if they cannot be written. */
export type WriteText = (text: string) => Promise<void>;

/** The output of a log, which never blocks its callers. */
export interface LogOutput {
  readonly stream: Writable;
  /** The number of lines that were lost because the buffer was full, or because a write failed. */
  countDropped(): number;
  /** Waits for the buffered lines, up to the timeout. Resolves with false after the timeout. */
  flush(timeoutMs: number): Promise<boolean>;
}

/** Maximum number of characters in the buffer: about one minute of logs while many requests fail. */
const BUFFERED_CHARACTERS_MAX = 1024 * 1024;
/** Maximum number of characters in one write, unless a single line is longer. */
const CHUNK_CHARACTERS = 64 * 1024;

/**
 * Buffers lines up to a limit, and writes them chunk by chunk. Above the limit, or when a write fails, lines are
 * dropped and counted, because a full disk or an unread pipe must not stop the service. The next chunk begins with a
 * line about the dropped lines.
 *
 * @param formatDropped formats the line about dropped lines
 */
export function createLogOutput(write: WriteText, formatDropped: (dropped: number) => string): LogOutput {
  const buffered: string[] = [];
  let characters = 0;
  let dropped = 0;
  let reportedDrops = 0;
  let writing: Promise<void> | undefined;

  /** Removes the lines of the next chunk from the buffer: at least one line. */
  function takeChunk(): readonly string[] {
    let length = 0;
    const end = buffered.findIndex((line) => {
      length += line.length;
      return length > CHUNK_CHARACTERS;
    });
    const chunk = buffered.splice(0, end < 0 ? buffered.length : Math.max(1, end));
    for (const line of chunk) characters -= line.length;
    return chunk;
  }

  async function drain(): Promise<void> {
    while (buffered.length > 0) {
      const lines = takeChunk();
      const unreported = dropped - reportedDrops;
      try {
        await write((unreported > 0 ? formatDropped(unreported) : "") + lines.join(""));
        reportedDrops += unreported;
      } catch {
        dropped += lines.length;
      }
    }
    // Set here, because a `finally()` of the caller would run a microtask later: a line that arrives in
    // between would stay in the buffer.
    writing = undefined;
  }

  function enqueue(line: string): void {
    if (characters + line.length > BUFFERED_CHARACTERS_MAX) {
      dropped += 1;
      return;
    }
    buffered.push(line);
    characters += line.length;
    writing ??= drain();
  }

  return {
    stream: new Writable({
      decodeStrings: false,
      write(line: Buffer | string, _encoding, done) {
        enqueue(String(line));
        done();
      },
    }),
    countDropped: () => dropped,
    async flush(timeoutMs) {
      if (writing === undefined) return true;
      const written = writing.then(() => true);
      return waitAtMost(timeoutMs, written, false);
    },
  };
}

const STDOUT_DESCRIPTOR = 1;

interface DenoOutput {
  readonly stdout: { write(bytes: Uint8Array): Promise<number> };
}

/**
 * Writes to standard output without blocking this thread, for any kind of target.
 *
 * On Node, the thread pool writes to files. Terminals and pipes may wait for a reader, which would block a
 * thread of the pool, so the event loop writes to them. On Deno, `process.stdout` blocks, and `Deno.stdout`
 * does not.
 */
export function writeToStandardOutput(): WriteText {
  const { Deno: deno } = globalThis as { readonly Deno?: DenoOutput };
  if (deno !== undefined) return (text) => writeAll(text, (bytes) => deno.stdout.write(bytes));
  if (isTerminalOrPipe()) return writeToStream;
  const writeFile = promisify(write);
  return (text) => writeAll(text, async (bytes) => (await writeFile(STDOUT_DESCRIPTOR, bytes)).bytesWritten);
}

function isTerminalOrPipe(): boolean {
  if (process.stdout.isTTY) return true;
  const stats = fstatSync(STDOUT_DESCRIPTOR);
  return stats.isFIFO() || stats.isSocket();
}

async function writeAll(text: string, writeSome: (bytes: Uint8Array) => Promise<number>): Promise<void> {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.byteLength > 0) rest = rest.subarray(await writeSome(rest));
}

function writeToStream(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error == null ? resolve() : reject(error)));
  });
}
