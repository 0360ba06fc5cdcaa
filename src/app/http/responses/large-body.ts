import { CONNECTION_LIMITS, type ConnectionLimits } from "../server/listen.ts";
import { readingTimeLimitMs } from "../server/reader-deadlines.ts";

/** Bodies below this size are sent in one piece. */
export const LARGE_BODY_BYTES = 128 * 1024;
const SLICE_BYTES = 64 * 1024;

/**
 * Makes a stream of slices of a body. Each slice is copied when the previous one has been sent, so a client that
 * does not read costs the memory of one slice. If the client reads too slowly, the stream fails at a deadline;
 * Deno's server then closes the connection when the client reads again.
 */
export function createSlicedBody(
  bytes: Uint8Array<ArrayBuffer>,
  limits: Pick<ConnectionLimits, "readBytesPerSecondMin" | "readTimeoutMs"> = CONNECTION_LIMITS,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new ReadableStream(
    {
      start(controller) {
        const late = (): void => controller.error(new Error("The client stopped reading"));
        timer = setTimeout(late, readingTimeLimitMs(bytes.byteLength, limits));
      },
      pull(controller) {
        // A copy, because an enqueued buffer may be transferred.
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
 * Converts a body for the runtime. On Node, the body stays as it is: the server writes bytes without a copy, and
 * closes connections of slow readers. Deno's server would copy the whole body for each client, so a large body
 * becomes a stream of slices.
 *
 * @returns the converted body, and the headers that it needs
 */
export function prepareBody(body: Uint8Array<ArrayBuffer> | string): {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> | string;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (!("Deno" in globalThis) || body.length < LARGE_BODY_BYTES) return { body, headers: {} };
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { body: createSlicedBody(bytes), headers: { "content-length": String(bytes.byteLength) } };
}
