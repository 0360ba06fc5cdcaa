import * as v from "valibot";
import type { ProblemCode } from "../responses/problem.ts";
import { CODINGS } from "../responses/representations.ts";
import { requestIdSchema } from "./field-schemas.ts";

export interface HeaderSpec {
  readonly description: string;
  readonly schema: v.GenericSchema;
  readonly example: string;
  /** True if some answers of a route lack the header. */
  readonly isOptional?: true;
}

const EXAMPLE_ETAG = `"${"5d1c".repeat(16)}"`;
const etagSchema = v.pipe(v.string(), v.regex(/^"[\x21\x23-\x7e]+"$/));
const secondsSchema = v.pipe(v.string(), v.regex(/^[1-9][0-9]*$/));

/** Response headers, by their usual spelling. */
export const ANSWER_HEADERS = {
  Allow: {
    description: "Methods that the path supports.",
    schema: v.pipe(v.string(), v.regex(/^[A-Z]+(?:, [A-Z]+)*$/)),
    example: "GET, HEAD",
  },
  "Cache-Control": {
    description:
      "`no-store`, or `no-cache` for an answer with an `ETag`: it may be stored, but must be revalidated. `private` if the answer depends on the token.",
    schema: v.picklist(["no-cache", "no-store", "private, no-cache"]),
    example: "no-cache",
  },
  "Content-Encoding": {
    description: "The coding of a compressed body; absent if the body is not compressed.",
    schema: v.picklist(CODINGS),
    example: "zstd",
    isOptional: true,
  },
  ETag: {
    description:
      "Identifies the bytes of the body: the catalog hash, or the hash of the view's canonical JSON. Each compressed form has a tag of its own.",
    schema: etagSchema,
    example: EXAMPLE_ETAG,
  },
  "Retry-After": {
    description: "Seconds to wait before the next attempt.",
    schema: secondsSchema,
    example: "1",
  },
  Vary: {
    description: "The request headers on which the body depends.",
    schema: v.picklist(["Accept-Encoding", "Authorization", "Accept-Encoding, Authorization"]),
    example: "Accept-Encoding",
    isOptional: true,
  },
  "WWW-Authenticate": {
    description: "The authentication scheme, and why a sent token was refused.",
    schema: v.pipe(v.string(), v.startsWith("Bearer ")),
    example: 'Bearer realm="mosaic"',
  },
  "X-Request-ID": {
    description:
      "The request id: that of the client if it is valid, otherwise a generated one. The log has it, too.",
    schema: requestIdSchema,
    example: "r-42",
  },
} as const satisfies Readonly<Record<string, HeaderSpec>>;

export type HeaderName = keyof typeof ANSWER_HEADERS;

/** The request headers that the OpenAPI document describes as parameters, by their usual spelling. */
export const REQUEST_HEADERS = {
  "X-Request-ID": {
    description: "Id of this request; one is generated if it is absent or malformed.",
    schema: requestIdSchema,
    example: "r-42",
  },
  "If-None-Match": {
    description:
      "One or more `ETag`s of stored answers, separated by commas, or `*`. If one matches, the answer is 304 " +
      "without a body.",
    schema: v.string(),
    example: EXAMPLE_ETAG,
  },
} as const satisfies Readonly<Record<string, HeaderSpec>>;

/** The headers that a problem with this code always has, besides the headers of every problem. */
export const PROBLEM_HEADERS: Readonly<Partial<Record<ProblemCode, readonly HeaderName[]>>> = {
  catalog_unavailable: ["Retry-After"],
  method_not_allowed: ["Allow"],
  tickers_unavailable: ["Retry-After"],
  too_many_attempts: ["Retry-After"],
  too_many_followers: ["Retry-After"],
  unauthorized: ["WWW-Authenticate"],
};
