import process from "node:process";
import { prepareBody } from "./large-body.ts";
import type { AnswerContext } from "./request-context.ts";
import { DATA_HEADERS } from "./security-headers.ts";

/**
 * Whether the runtime omits `Content-Length` for a complete body. Bun sends the body in chunks unless
 * `Content-Length` is set.
 */
export const RUNTIME_OMITS_LENGTH = process.versions.bun !== undefined;

export interface ResponseParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | string | null;
}

/**
 * Makes a response with the request id. It has {@link DATA_HEADERS}, unless `headers` has different values.
 *
 * The headers are a plain record, so that Node's server writes the response without creating a `Response` and
 * `Headers` of the Fetch API.
 */
export function respond(context: AnswerContext, { status, headers, body }: ResponseParts): Response {
  // The router drops the body of a HEAD, and with it the length: so the length is set here.
  const isHead = context.req.raw.method === "HEAD";
  const sent = body === null || isHead ? { body: null, headers: {} } : prepareBody(body);
  const needsLength = RUNTIME_OMITS_LENGTH || isHead;
  const length = needsLength && body !== null ? { "content-length": contentLength(body) } : sent.headers;
  return new Response(sent.body, {
    status,
    headers: {
      ...DATA_HEADERS,
      ...headers,
      ...length,
      "x-request-id": context.env.requestId,
    },
  });
}

function contentLength(body: Uint8Array | string): string {
  return String(typeof body === "string" ? Buffer.byteLength(body) : body.byteLength);
}

/** Makes a JSON response. It has `cache-control: no-store`, unless `headers` has a different value. */
export function respondJson(
  context: AnswerContext,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = JSON.stringify(value);
  const fixed = { "content-type": "application/json", "cache-control": "no-store" };
  return respond(context, { status, headers: { ...fixed, ...headers }, body });
}
