import { randomBytes } from "node:crypto";
import type { Context } from "hono";

/** The data of a request for request logging and handlers. */
export interface RequestScope {
  /** The id from the client or a generated one; it is in the response, the log and every problem. */
  readonly requestId: string;
  /** Reads a request header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The path as it was sent, neither decoded nor normalized, because the rules of a proxy apply to this path. */
  readonly path: string;
  /** The pattern of the matched route. */
  route: string | undefined;
}

/** The part of a request's context that an answer needs. */
export interface AnswerContext {
  readonly env: Pick<RequestScope, "requestId">;
  readonly req: { readonly raw: Pick<Request, "method"> };
}

export interface HttpEnv {
  readonly Bindings: RequestScope;
}

export type HttpContext = Context<HttpEnv>;

/** An id from the client is kept only if it matches, so that it is short, and safe in log lines and headers. */
export const REQUEST_ID_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * Makes a function that returns the id of a request: that of the client, otherwise a unique one. A random
 * prefix per process and a counter are unique enough, and cost less than a random id per request.
 */
export function createRequestIds(): (clientId: string | undefined) => string {
  const prefix = `${randomBytes(9).toString("base64url")}.`;
  // Starts at a million, so that ids keep the same length for long.
  let count = 1_000_000;
  return (clientId) => {
    if (clientId !== undefined && REQUEST_ID_PATTERN.test(clientId)) return clientId;
    count += 1;
    return prefix + count;
  };
}
