import { randomBytes } from "node:crypto";
import type { Context } from "hono";

/** A request as request logging sees it, and the fields that handlers add. */
export interface RequestScope {
  /** Taken from the client or generated; in the response, the log and every problem. */
  readonly requestId: string;
  /** A request header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The path as it was sent: neither decoded nor normalized, as the rules of a proxy see it. */
  readonly path: string;
  /** The pattern of the matched route. */
  route: string | undefined;
}

/** The part of a request's context that an answer needs. */
export interface Answerable {
  readonly env: Pick<RequestScope, "requestId">;
  readonly req: { readonly raw: Pick<Request, "method"> };
}

export interface HttpEnv {
  readonly Bindings: RequestScope;
}

export type HttpContext = Context<HttpEnv>;

/** Ids of other services are kept if they are short and cannot break a log line or a header. */
export const REQUEST_ID_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * Makes ids of requests: the client's own, else one that is unique across processes and requests. A random
 * part that is drawn once and a counter are enough for that, and cost less than a random id for each.
 */
export function createRequestIds(): (given: string | undefined) => string {
  const prefix = `${randomBytes(9).toString("base64url")}.`;
  // Starts at a million, so that the ids of a process keep one length for long.
  let count = 1_000_000;
  return (given) => {
    if (given !== undefined && REQUEST_ID_PATTERN.test(given)) return given;
    count += 1;
    return prefix + count;
  };
}
