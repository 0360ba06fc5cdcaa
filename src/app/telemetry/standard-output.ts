import { fstatSync, write } from "node:fs";
import process from "node:process";
import { promisify } from "node:util";
import type { WriteText } from "./log-output.ts";

const STDOUT = 1;

/** The part of Deno's API that is used here. */
interface DenoOutput {
  readonly stdout: { write(bytes: Uint8Array): Promise<number> };
}

/**
 * Writes to standard output without blocking this thread, for any kind of target.
 *
 * On Node that is a thread of the pool for files, where a write cannot wait for a reader, and the event loop
 * for pipes. Deno's `process.stdout` blocks, its own writer does not.
 */
export function writeToStandardOutput(): WriteText {
  const { Deno: deno } = globalThis as { readonly Deno?: DenoOutput };
  if (deno !== undefined) return (text) => writeAll(text, (bytes) => deno.stdout.write(bytes));
  if (isReadBySomebody()) return writeToStream;
  const writeFile = promisify(write);
  return (text) => writeAll(text, async (bytes) => (await writeFile(STDOUT, bytes)).bytesWritten);
}

function isReadBySomebody(): boolean {
  if (process.stdout.isTTY) return true;
  const about = fstatSync(STDOUT);
  return about.isFIFO() || about.isSocket();
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
