import * as v from "valibot";
import { LANGUAGES } from "../../../lib/language.ts";
import type { ProblemCode } from "../responses/problem.ts";
import type { HeaderName } from "./header-specs.ts";

/** An example of what a client may send or receive. */
export interface Example {
  readonly summary?: string;
  readonly value: unknown;
}

/** The successful answer of a route. */
export interface AnswerSpec {
  readonly description: string;
  /** Headers besides those that every answer has. */
  readonly headers?: readonly HeaderName[];
  /**
   * The schema of the body, or of the data of each event of a stream; no body without it. Default media type:
   * `application/json`.
   */
  readonly schema?: v.GenericSchema;
  readonly mediaType?: string;
  readonly examples?: Readonly<Record<string, Example>>;
}

export interface ParameterSpec {
  readonly description: string;
  readonly schema: v.GenericSchema;
  readonly example: string;
}

/** The parts of the API, in the order of the documentation. */
export const TAGS = {
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
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  /** Whether it needs the admin token; `optional`: with the token it returns more. */
  readonly isAdmin?: true | "optional";
  /** Path parameters by name. */
  readonly parameters?: Readonly<Record<string, ParameterSpec>>;
  /** Query parameters by name; all are optional. */
  readonly query?: Readonly<Record<string, ParameterSpec>>;
  readonly body?: {
    readonly description: string;
    readonly schema: v.GenericSchema;
    readonly examples: Readonly<Record<string, Example>>;
  };
  /** Answers by status; a route with a 304 honours `If-None-Match`. */
  readonly answers: { readonly 200: AnswerSpec; readonly 304?: AnswerSpec };
  /** All problems that it may answer beside {@link UNROUTED_PROBLEMS}. */
  readonly problems: readonly ProblemCode[];
}

/** The language of an answer's diagnostics. */
export const LANG = {
  description:
    "Language of the messages and hints of diagnostics, by default `en`. Codes, titles and details are the same in each.",
  schema: v.picklist(LANGUAGES),
  example: "pt",
} as const satisfies ParameterSpec;

/** The answer to a client that has the representation already. */
export const NOT_MODIFIED = {
  description:
    "`If-None-Match` matches: there is no body, and the headers are those of the 200. Clients that send no " +
    "`If-None-Match` never get it.",
  headers: ["ETag", "Vary"],
} as const satisfies AnswerSpec;

/** The headers of an answer that may be compressed. */
export const CODED_HEADERS = ["Content-Encoding", "ETag", "Vary"] as const satisfies readonly HeaderName[];

/** The answers that any request may get before its route is called; routes do not list these again. */
export const UNROUTED_PROBLEMS: readonly ProblemCode[] = [
  "bad_request",
  "head_too_large",
  "method_not_allowed",
  "request_timeout",
  "uri_too_long",
];

/** The problems of every route with the admin token. */
export const ADMIN_PROBLEMS = ["bad_request", "unauthorized", "too_many_attempts", "internal_error"] as const;

/**
 * Whether a route matches every path that begins with its own; other methods of it are then unknown paths.
 */
export function isOpenEnded({ path }: Pick<RouteSpec, "path">): boolean {
  return path.endsWith("*");
}

/** The path with its parameters in OpenAPI's notation; the last parameter replaces `*`. */
export function templateOf({ path, parameters = {} }: Pick<RouteSpec, "parameters" | "path">): string {
  const rest = Object.keys(parameters).at(-1);
  return path.replace(/\*$/, `{${rest}}`).replaceAll(/:([A-Za-z]+)/g, "{$1}");
}
