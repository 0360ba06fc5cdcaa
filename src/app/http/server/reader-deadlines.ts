import type { Socket } from "node:net";
import type { ConnectionLimits } from "./listen.ts";

type ReadLimits = Pick<ConnectionLimits, "readBytesPerSecondMin" | "readTimeoutMs">;

/** How long a client may take to read this many bytes. */
export function readingTimeMs(bytes: number, { readTimeoutMs, readBytesPerSecondMin }: ReadLimits): number {
  return readTimeoutMs + (bytes * 1000) / readBytesPerSecondMin;
}

/** Bytes that wait for a client to read them. */
interface Unread {
  /** When they will have been sent, as a count of all sent bytes. */
  readonly sentAt: number;
  readonly deadlineMs: number;
}

/**
 * Closes connections whose client does not read its responses, or reads them too slowly.
 *
 * The bytes that wait on a socket at one check must be sent by their deadline; then those that wait at that
 * time get their own. A client that keeps up never exceeds one, for any number of requests.
 *
 * @returns checks all of them once
 */
export function createReaderDeadlines(
  sockets: Iterable<Socket>,
  { limits, nowMs }: { readonly limits: ReadLimits; readonly nowMs: () => number },
): () => void {
  const unread = new WeakMap<Socket, Unread>();
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
          deadlineMs: now + readingTimeMs(waiting, limits),
        });
      } else if (now >= known.deadlineMs) socket.destroy();
    }
  };
}
