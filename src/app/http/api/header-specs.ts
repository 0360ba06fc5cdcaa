import * as v from "valibot";
import type { ProblemCode } from "../responses/problem.ts";
import { requestIdSchema } from "./answer-fields.ts";

export interface HeaderSpec {
  readonly description: string;
  readonly schema: v.GenericSchema;
  readonly example: string;
  /** For a header that not every answer of a route has. */
  readonly isOptional?: true;
}

const EXAMPLE_ETAG = `"${"5d1c".repeat(16)}"`;
const etagSchema = v.pipe(v.string(), v.regex(/^"[\x21\x23-\x7e]+"$/));
const secondsSchema = v.pipe(v.string(), v.regex(/^[1-9][0-9]*$/));

/** Response headers, by their usual spelling. */
export const ANSWER_HEADERS = {
  Allow: {
    description: "The methods that the path has.",
    schema: v.pipe(v.string(), v.regex(/^[A-Z]+(?:, [A-Z]+)*$/)),
    example: "GET, HEAD",
  },
  "Cache-Control": {
    description:
      "`no-store`, or `no-cache` for an answer with an `ETag`, which may be kept and must be asked for again; `private` if the token matters.",
    schema: v.picklist(["no-cache", "no-store", "private, no-cache"]),
    example: "no-cache",
  },
  ETag: {
    description:
      "Names the body's bytes. A catalog's is its hash; a view's is the hash of its canonical JSON.",
    schema: etagSchema,
    example: EXAMPLE_ETAG,
  },
  "Retry-After": { description: "Seconds to wait before asking again.", schema: secondsSchema, example: "1" },
  Vary: {
    description: "The request header on which the body depends.",
    schema: v.literal("Authorization"),
    example: "Authorization",
    isOptional: true,
  },
  "WWW-Authenticate": {
    description: "The scheme to use, or what was wrong with the token.",
    schema: v.pipe(v.string(), v.startsWith("Bearer ")),
    example: 'Bearer realm="mosaic"',
  },
  "X-Request-ID": {
    description:
      "The request's id: the client's own if it was well-formed, else one that was made. The log has it.",
    schema: requestIdSchema,
    example: "r-42",
  },
} as const satisfies Readonly<Record<string, HeaderSpec>>;

/** One of {@link ANSWER_HEADERS}. */
export type HeaderName = keyof typeof ANSWER_HEADERS;

/** The request headers that routes read, by their usual spelling. */
export const REQUEST_HEADERS = {
  "X-Request-ID": {
    description: "An id for this request; another one is made when it is absent or malformed.",
    schema: requestIdSchema,
    example: "r-42",
  },
  "If-None-Match": {
    description:
      "The `ETag` of what the client has, several with commas between them, or `*`. If it is still the same, the answer is 304 " +
      "without a body.",
    schema: v.string(),
    example: EXAMPLE_ETAG,
  },
} as const satisfies Readonly<Record<string, HeaderSpec>>;

/** The headers that a problem always has, beside the request's id. */
export const PROBLEM_HEADERS: Readonly<Partial<Record<ProblemCode, readonly HeaderName[]>>> = {
  catalog_unavailable: ["Retry-After"],
  method_not_allowed: ["Allow"],
  tickers_unavailable: ["Retry-After"],
  too_many_attempts: ["Retry-After"],
  too_many_followers: ["Retry-After"],
  unauthorized: ["WWW-Authenticate"],
};
