import { createHash } from "node:crypto";
import {
  type BodyForms,
  chooseForm,
  createPreparedBody,
  ENTITY_TAG_PATTERN,
  type PreparedBody,
  parseAcceptEncoding,
} from "./representations.ts";
import type { HttpContext } from "./request-context.ts";
import { respond } from "./respond.ts";

/** The plain and the compressed forms of an immutable body, and their headers. */
export interface CachedResponse {
  readonly forms: BodyForms;
  /** The headers besides those that {@link sendCached} adds. */
  readonly headers: Readonly<Record<string, string>>;
}

export function createCachedResponse(
  content: Uint8Array | string,
  headers: Readonly<Record<string, string>>,
): CachedResponse {
  const body = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  return { forms: createHashedBody(body), headers };
}

/** Makes a body whose ETag is the hash of its bytes. */
export function createHashedBody(body: Uint8Array<ArrayBuffer>): PreparedBody {
  return createPreparedBody(body, `"${createHash("sha256").update(body).digest("hex")}"`);
}

/** Sends a form (plain or compressed) that the client accepts, or 304 if the client has one. */
export async function sendCached(
  context: HttpContext,
  { forms, headers }: CachedResponse,
): Promise<Response> {
  const { header } = context.env;
  const accepted = parseAcceptEncoding(header("accept-encoding") ?? "");
  const choice = await chooseForm(forms, accepted, header("if-none-match"));
  const vary = forms.coded === undefined ? {} : { vary: "Accept-Encoding" };
  const fixed = { ...headers, "cache-control": "no-cache", ...vary };
  if (choice.kind === "known")
    return respond(context, { status: 304, headers: { ...fixed, etag: choice.etag }, body: null });
  const { body, etag, coding } = choice.form;
  const coded = coding === undefined ? {} : { "content-encoding": coding };
  return respond(context, { status: 200, headers: { ...fixed, etag, ...coded }, body });
}

/**
 * Whether an `If-None-Match` header contains an ETag.
 *
 * @param ifNoneMatch the header's value: `*`, or ETags separated by commas, weak ones included
 * @param etag a strong ETag with its quotes
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === "*") return true;
  return [...ifNoneMatch.matchAll(ENTITY_TAG_PATTERN)].some(([, opaque]) => opaque === etag);
}

/** Makes a function that makes a value once for each key object, and keeps it as long as the key exists. */
export function memoizeByKey<Key extends WeakKey, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

/**
 * Makes a function that reads on first use and keeps the result; after a failure, the next call reads again.
 */
export function memoizeRead<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  return () => {
    reading ??= read().catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
}
