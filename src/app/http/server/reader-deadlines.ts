import type { Socket } from "node:net";
import type { ConnectionLimits } from "./listen.ts";

type ReadLimits = Pick<ConnectionLimits, "readBytesPerSecondMin" | "readTimeoutMs">;

/** How long a client may take to read this many bytes. */
export function readingTimeLimitMs(
  bytes: number,
  { readTimeoutMs, readBytesPerSecondMin }: ReadLimits,
): number {
  return readTimeoutMs + (bytes * 1000) / readBytesPerSecondMin;
}

/** Bytes that wait for a client to read them. */
interface UnreadBytes {
  /** These bytes are sent when the count of all sent bytes reaches this number. */
  readonly sentAt: number;
  readonly deadlineMs: number;
}

/**
 * Makes a function that closes connections whose client reads its responses too slowly or not at all.
 *
 * A check gives the bytes that wait on a socket a deadline. The next deadline is set when these bytes have
 * been sent. So a client that reads fast enough never misses a deadline, for any number of requests.
 *
 * @returns a function that checks all connections once
 */
export function createSlowReaderCheck(
  sockets: Iterable<Socket>,
  { limits, nowMs }: { readonly limits: ReadLimits; readonly nowMs: () => number },
): () => void {
  const unread = new WeakMap<Socket, UnreadBytes>();
  return () => {
    const now = nowMs();
    for (const socket of sockets) {
      const waiting = socket.writableLength;
      const sent = socket.bytesWritten - waiting;
      const known = unread.get(socket);
      if (waiting === 0) unread.delete(socket);
      else if (known === undefined || sent >= known.sentAt) {
        unread.set(socket, {
          sentAt: sent + waiting,
          deadlineMs: now + readingTimeLimitMs(waiting, limits),
        });
      } else if (now >= known.deadlineMs) socket.destroy();
    }
  };
}
