import type { MiddlewareHandler } from "hono";
import { waitAtMost } from "../../../lib/deadline.ts";
import { respondProblem } from "../responses/problem.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";

export interface BodyLimits {
  readonly bytesMax: number;
  /** The time from the end of the head until the body must be complete. */
  readonly timeoutMs: number;
}

/**
 * Reads the body of a request before its handler runs; the handler gets it from the cache of the context.
 *
 * The bytes are counted as they are read, because `Content-Length` is not reliable: HTTP/2 may omit it, and
 * Deno's server joins two equal headers to a text that is not a number. If `Content-Length` exceeds the limit,
 * the request is refused before anything is read.
 */
export function limitBody({ bytesMax, timeoutMs }: BodyLimits): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    if (Number(context.env.header("content-length")) > bytesMax)
      return respondToRefusedBody(context, "too-large", bytesMax);
    const { body } = context.req.raw;
    if (body === null) return next();
    const reading = readBody(context, body, bytesMax).catch(() => "broken" as const);
    const outcome = await waitAtMost(timeoutMs, reading, "late");
    return outcome === "whole" ? next() : respondToRefusedBody(context, outcome, bytesMax);
  };
}

/**
 * Reads the body and stores it in the context's cache. Hono's own body limit is not used: it makes a new
 * request, and Deno warns when the answer aborts the signal of that request.
 */
async function readBody(
  { req }: HttpContext,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  bytesMax: number,
): Promise<"too-large" | "whole"> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  // Not `for await`, because leaving such a loop cancels the body, which closes the connection that the
  // answer needs.
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      void discardRest(reader);
      return "too-large";
    }
    chunks.push(value);
  }
  // The type of `bodyCache` has strings, but Hono stores promises in it.
  Object.assign(req.bodyCache, { text: new Blob(chunks).text() });
  return "whole";
}

/**
 * Reads a refused body to its end, so that the connection can take the next request. `@hono/node-server` ends the
 * connection if this takes longer than half a second; Deno announces that it closes the connection.
 */
async function discardRest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // The client or the server has closed the connection.
  }
}

function respondToRefusedBody(
  context: HttpContext,
  outcome: "broken" | "late" | "too-large",
  bytesMax: number,
): Response {
  switch (outcome) {
    case "too-large":
      return respondProblem(context, "body_too_large", { detail: `The limit is ${bytesMax} bytes` });
    case "broken":
      return respondProblem(context, "bad_request", { detail: "The body is incomplete" });
    case "late":
      return respondProblem(context, "request_timeout", {
        detail: "The body did not arrive in time",
        headers: { connection: "close" },
      });
  }
}
