import type { AnswerContext } from "./request-context.ts";
import { respondJson } from "./respond.ts";

/** Every problem of the API: its stable code, its status and its title. */
export const PROBLEMS = {
  bad_request: [400, "The request is malformed"],
  body_too_large: [413, "The request body is too large"],
  catalog_invalid: [422, "The catalog on disk is invalid"],
  catalog_foreign: [409, "Another fleet's catalog is published in this namespace"],
  catalog_generation_conflict: [409, "Another catalog has this generation"],
  catalog_rollback: [409, "The catalog on disk is an older release"],
  catalog_signature_invalid: [422, "The signature of the catalog on disk is invalid"],
  catalog_unavailable: [503, "No catalog is active"],
  catalog_unreadable: [500, "The catalog on disk cannot be read"],
  catalog_unsigned: [422, "The catalog on disk is not signed"],
  database_unavailable: [503, "The database is unavailable"],
  head_too_large: [431, "The request headers are too large"],
  internal_error: [500, "Internal error"],
  method_not_allowed: [405, "Method not allowed"],
  not_found: [404, "Not found"],
  not_ready: [503, "The service is not ready"],
  request_timeout: [408, "The request took too long"],
  signing_keys_unusable: [500, "The signing keys cannot be read"],
  ticker_not_found: [404, "Ticker not found"],
  tickers_unavailable: [503, "No list of tickers is loaded"],
  too_many_attempts: [429, "Too many wrong admin tokens"],
  too_many_followers: [503, "Too many event streams"],
  unauthorized: [401, "Admin token required"],
  uri_too_long: [414, "The URL is too long"],
  view_not_found: [404, "View not found"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface ProblemDetails {
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export function respondProblem(context: AnswerContext, code: ProblemCode, details: ProblemDetails): Response {
  const { detail, headers = {}, extensions = {} } = details;
  const [status, title] = PROBLEMS[code];
  const requestId = context.env.requestId;
  const body = { type: `urn:mosaic:problem:${code}`, title, status, code, detail, requestId, ...extensions };
  return respondJson(context, status, body, { ...headers, "content-type": "application/problem+json" });
}
