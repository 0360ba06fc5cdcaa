import type { Context } from "hono";

/** What the boundary knows of a request, and what its handlers tell the boundary. */
export interface RequestScope {
  /** Taken from the client or made; in the response, the log and every problem. */
  readonly requestId: string;
  /** A request header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The path as it was sent: neither decoded nor normalized, so that it is the one that a proxy's rules have seen. */
  readonly path: string;
  /** The pattern of the route that took the request. */
  route: string | undefined;
}

/** As much of a request's context as an answer needs. */
export interface Answerable {
  readonly env: Pick<RequestScope, "requestId">;
  readonly req: { readonly raw: Pick<Request, "method"> };
}

export interface HttpEnv {
  readonly Bindings: RequestScope;
}

export type HttpContext = Context<HttpEnv>;
