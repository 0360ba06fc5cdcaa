import { CONNECTION_LIMITS, type ConnectionLimits } from "../server/listen.ts";
import { readingTimeMs } from "../server/reader-deadlines.ts";

/** Smaller bodies are sent at once. */
export const LARGE_BODY_BYTES = 128 * 1024;
const SLICE_BYTES = 64 * 1024;

/**
 * A body in slices, each created when the previous one has been sent: a client that does not read keeps one
 * slice in memory and not the whole. After its deadline it gets no more; Deno's server closes the connection
 * as soon as the client reads on.
 */
export function inSlices(
  bytes: Uint8Array<ArrayBuffer>,
  limits: Pick<ConnectionLimits, "readBytesPerSecondMin" | "readTimeoutMs"> = CONNECTION_LIMITS,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new ReadableStream(
    {
      start(controller) {
        const late = (): void => controller.error(new Error("The client stopped reading"));
        timer = setTimeout(late, readingTimeMs(bytes.byteLength, limits));
      },
      pull(controller) {
        // A copy: an enqueued buffer may be transferred.
        controller.enqueue(bytes.slice(offset, offset + SLICE_BYTES));
        offset += SLICE_BYTES;
        if (offset < bytes.byteLength) return;
        clearTimeout(timer);
        controller.close();
      },
      cancel: () => clearTimeout(timer),
    },
    { highWaterMark: 0 },
  );
}

/**
 * A body in the form that suits the server of this runtime: Node's writes bytes without a copy and limits
 * slow readers; Deno's keeps a whole copy for each client, however slowly that reads.
 *
 * @returns the body, and the headers that it needs
 */
export function bodyOf(body: Uint8Array<ArrayBuffer> | string): {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> | string;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (!("Deno" in globalThis) || body.length < LARGE_BODY_BYTES) return { body, headers: {} };
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { body: inSlices(bytes), headers: { "content-length": String(bytes.byteLength) } };
}
