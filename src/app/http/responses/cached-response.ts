import { createHash } from "node:crypto";
import { matchesEtag } from "./etag.ts";
import type { HttpContext } from "./request-context.ts";
import { respond } from "./respond.ts";

/** An immutable body with the strong ETag that identifies it. */
export interface CachedResponse {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  /** With the header that controls how a browser may cache it. */
  readonly headers: Readonly<Record<string, string>>;
}

export function tagBody(
  content: Uint8Array | string,
  headers: Readonly<Record<string, string>>,
): CachedResponse {
  const body = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  return { body, headers, etag: `"${createHash("sha256").update(body).digest("hex")}"` };
}

/** A body that is not kept: built again for each client that does not have it yet. */
type MadeBody = Omit<CachedResponse, "body"> & { readonly body: () => string };

/** Sends it, or answers 304 when the client has it already. */
export function sendCached(
  context: HttpContext,
  { body, etag, headers }: MadeBody | CachedResponse,
): Response {
  const isKnown = matchesEtag(context.env.header("if-none-match"), etag);
  const tagged = { ...headers, "cache-control": "no-cache", etag };
  if (isKnown) return respond(context, { status: 304, headers: tagged, body: null });
  return respond(context, { status: 200, headers: tagged, body: typeof body === "function" ? body() : body });
}
