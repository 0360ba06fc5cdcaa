import { Command, type Redis } from "ioredis";
import { createTimeSlices } from "../../lib/time-slices.ts";
import { viewAsBuffer } from "./scripts.ts";

/** Words of a command, the name first. */
export type CommandWords = readonly (string | Uint8Array)[];

/** How long encoding may block the event loop. */
const YIELD_AFTER_MS = 10;

/** The clock is read once per this number of words, because reading it takes longer than encoding a word. */
const WORDS_PER_CLOCK_CHECK = 64;

/**
 * Encodes a command in slices. The client itself would encode all words in one turn of the event loop; for 10,000 views
 * that takes a quarter of a second.
 *
 * @returns a buffer with memory of its own, which can be freed
 */
export async function encodeCommand(words: CommandWords): Promise<Buffer<ArrayBuffer>> {
  const head = `*${words.length}\r\n`;
  const slices = createTimeSlices(YIELD_AFTER_MS);
  const lengths: number[] = [];
  let total = head.length;
  for (const [index, word] of words.entries()) {
    const length = typeof word === "string" ? Buffer.byteLength(word) : word.byteLength;
    lengths.push(length);
    total += `${length}`.length + length + 5;
    if (index % WORDS_PER_CLOCK_CHECK === 0 && slices.isOver()) await slices.next();
  }
  const encoded = Buffer.allocUnsafeSlow(total);
  let offset = encoded.write(head, "latin1");
  for (const [index, word] of words.entries()) {
    offset += encoded.write(`$${lengths[index]}\r\n`, offset, "latin1");
    if (typeof word === "string") offset += encoded.write(word, offset);
    else {
      encoded.set(word, offset);
      offset += word.byteLength;
    }
    offset += encoded.write("\r\n", offset, "latin1");
    if (index % WORDS_PER_CLOCK_CHECK === 0 && slices.isOver()) await slices.next();
  }
  return encoded;
}

/**
 * Sends a command that is encoded already.
 *
 * @param head the first words of the command, in which the client finds the keys
 */
export function sendEncoded(client: Redis, [name, ...args]: CommandWords, encoded: Buffer): Promise<unknown> {
  const command = new Command(String(name), args.map(toCommandArgument));
  return Promise.resolve(client.sendCommand(Object.assign(command, { toWritable: () => encoded })));
}

/** Converts a word to a form that the client sends unchanged. */
export function toCommandArgument(word: string | Uint8Array): string | Buffer {
  return typeof word === "string" ? word : viewAsBuffer(word);
}
