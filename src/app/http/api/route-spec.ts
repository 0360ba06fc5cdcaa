import * as v from "valibot";
import { LANGUAGES } from "../../../lib/language.ts";
import type { ProblemCode } from "../responses/problem.ts";
import type { HeaderName } from "./header-specs.ts";

export interface ExampleSpec {
  readonly summary?: string;
  readonly value: unknown;
}

export interface AnswerSpec {
  readonly description: string;
  /** Headers besides those that every answer has. */
  readonly headers?: readonly HeaderName[];
  /** The schema of the body, or of the data of each event in a stream; undefined without a body. */
  readonly schema?: v.GenericSchema;
  /** Default: `application/json`. */
  readonly mediaType?: string;
  readonly examples?: Readonly<Record<string, ExampleSpec>>;
}

export interface ParameterSpec {
  readonly description: string;
  readonly schema: v.GenericSchema;
  readonly example: string;
}

/** The parts of the API, in the order of the documentation. */
export const TAG_DESCRIPTIONS = {
  Catalog: "The active views. Answers have a strong `ETag`.",
  Tickers: "The valid tickers in the database.",
  Operations: "Health, readiness, metrics and events.",
  Administration: "Operations that need the admin token.",
  Reference: "The OpenAPI document and the HTML pages.",
} as const;

/** The complete specification of a route: registration, types, documentation and tests use it. */
export interface RouteSpec {
  readonly method: "get" | "post";
  /** The path in the router's notation: a parameter is `:name`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: keyof typeof TAG_DESCRIPTIONS;
  readonly summary: string;
  readonly description: string;
  /** Whether the route needs the admin token. `optional`: with the token, the answer contains more. */
  readonly isAdmin?: true | "optional";
  readonly parameters?: Readonly<Record<string, ParameterSpec>>;
  /** All are optional. */
  readonly query?: Readonly<Record<string, ParameterSpec>>;
  readonly body?: {
    readonly description: string;
    readonly schema: v.GenericSchema;
    readonly examples: Readonly<Record<string, ExampleSpec>>;
  };
  /** Answers by status; a route with a 304 honours `If-None-Match`. */
  readonly answers: { readonly 200: AnswerSpec; readonly 304?: AnswerSpec };
  /** All problems that the route may answer, in addition to {@link UNROUTED_PROBLEMS}. */
  readonly problems: readonly ProblemCode[];
}

export const LANG_PARAMETER = {
  description:
    "Language of the messages and hints of diagnostics; default: `en`. Codes, titles and details do not depend on it.",
  schema: v.picklist(LANGUAGES),
  example: "pt",
} as const satisfies ParameterSpec;

/** The answer to a client that has the representation already. */
export const NOT_MODIFIED_ANSWER = {
  description:
    "`If-None-Match` matches: the answer has no body, and the same headers as a 200. Clients that send no " +
    "`If-None-Match` never get it.",
  headers: ["ETag", "Vary"],
} as const satisfies AnswerSpec;

export const CODED_BODY_HEADERS = [
  "Content-Encoding",
  "ETag",
  "Vary",
] as const satisfies readonly HeaderName[];

/** The problems that any request may get before its route is called; routes need not list them. */
export const UNROUTED_PROBLEMS: readonly ProblemCode[] = [
  "bad_request",
  "head_too_large",
  "method_not_allowed",
  "request_timeout",
  "uri_too_long",
];

export const ADMIN_PROBLEMS = ["bad_request", "unauthorized", "too_many_attempts", "internal_error"] as const;

/**
 * Whether a route ends with `*`, and so matches every path with the same beginning. Other methods of such a
 * path get 404 instead of 405.
 */
export function hasWildcard({ path }: Pick<RouteSpec, "path">): boolean {
  return path.endsWith("*");
}

/** The path in the notation of OpenAPI; the last parameter replaces `*`. */
export function pathTemplateOf({ path, parameters = {} }: Pick<RouteSpec, "parameters" | "path">): string {
  const rest = Object.keys(parameters).at(-1);
  return path.replace(/\*$/, `{${rest}}`).replaceAll(/:([A-Za-z]+)/g, "{$1}");
}
