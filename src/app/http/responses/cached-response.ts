import { createHash } from "node:crypto";
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

/**
 * Whether a client already has the representation that an ETag names.
 *
 * @param ifNoneMatch the header's value: `*`, or ETags separated by commas, weak ones included
 * @param etag a strong ETag with its quotes
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === "*") return true;
  return [...ifNoneMatch.matchAll(ENTITY_TAG)].some(([, opaque]) => opaque === etag);
}

/** The opaque part of an entity tag; a comma inside the quotes belongs to it. */
const ENTITY_TAG = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** Reads on first use, and returns the same result from then on; a failed read is tried again. */
export function readOnce<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  return () => {
    reading ??= read().catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
}
