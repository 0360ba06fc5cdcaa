import type { Context } from "hono";

/** What request logging knows of a request, and what handlers add for it. */
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
