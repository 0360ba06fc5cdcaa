import type { Context } from "hono";

/** What the boundary puts into each request's context. */
export interface HttpEnv {
  readonly Variables: { readonly requestId: string };
}

export type HttpContext = Context<HttpEnv>;
