import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { Log } from "../../telemetry/log.ts";
import { respondProblem } from "../responses/problem.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";

export interface TokenDeps {
  /** The right token; it is compared in constant time. */
  readonly adminToken: string;
  readonly log: Pick<Log, "warn">;
  readonly nowMs: () => number;
}

/**
 * Makes a function that checks the admin token. Only wrong tokens are rate-limited, so guesses cannot lock out
 * the owner of the right token.
 *
 * @throws {TooManyAttemptsError} (the returned function) for a wrong token beyond the limit
 */
export function createTokenCheck({ adminToken, log, nowMs }: TokenDeps): (token: string) => boolean {
  const expected = digestToken(adminToken);
  const limit = createAttemptLimit(nowMs);
  let isLimited = false;
  return (token) => {
    if (timingSafeEqual(digestToken(token), expected)) return true;
    const retryAfterSeconds = limit.fail();
    // Logged only when the limit is reached, because a line for each attempt would fill the log.
    if (retryAfterSeconds !== undefined && !isLimited) log.warn("Too many wrong admin tokens");
    isLimited = retryAfterSeconds !== undefined;
    if (retryAfterSeconds !== undefined) throw new TooManyAttemptsError(retryAfterSeconds);
    return false;
  };
}

/**
 * Hashes a token, because `timingSafeEqual` needs equal lengths, and a digest does not reveal the length of
 * the token.
 */
function digestToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** A token bucket for failed attempts: it permits a burst, then one attempt per interval. */
interface AttemptLimit {
  /** Counts a failed attempt. Beyond the limit it returns the whole seconds to wait, at least 1. */
  fail(): number | undefined;
}

const ATTEMPTS_IN_ROW_MAX = 10;
const MS_PER_ATTEMPT = 6000;

/** Makes one limit for all clients together, which stores only one number. */
export function createAttemptLimit(nowMs: () => number): AttemptLimit {
  /** The time at which all counted attempts have expired. */
  let forgottenMs = Number.NEGATIVE_INFINITY;
  return {
    fail() {
      const now = nowMs();
      const nextMs = Math.max(forgottenMs, now) + MS_PER_ATTEMPT;
      const excessMs = nextMs - now - ATTEMPTS_IN_ROW_MAX * MS_PER_ATTEMPT;
      if (excessMs > 0) return Math.ceil(excessMs / 1000);
      forgottenMs = nextMs;
      return undefined;
    },
  };
}

/**
 * Matches every token that the settings accept. RFC 6750 permits fewer characters: its pattern would refuse
 * some of these tokens.
 */
const BEARER_HEADER = /^Bearer +([\x21-\x7e]+)$/i;

/** Lets requests with the right token pass. A repeated `Authorization` header is invalid. */
export function requireToken(isRight: (token: string) => boolean): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const authorization = context.env.header("authorization");
    if (authorization === undefined || authorization === "")
      return respondUnauthorized(context, 'Bearer realm="mosaic"');
    const token = readBearerToken(authorization);
    if (token === undefined) {
      const headers = { "www-authenticate": 'Bearer error="invalid_request"' };
      return respondProblem(context, "bad_request", {
        detail: "The Authorization header is malformed",
        headers,
      });
    }
    return isRight(token) ? next() : respondUnauthorized(context, 'Bearer error="invalid_token"');
  };
}

/** Returns the token of an `Authorization` header; undefined if it is missing or malformed. */
export function readBearerToken(header: string | undefined): string | undefined {
  return BEARER_HEADER.exec(header ?? "")?.[1];
}

function respondUnauthorized(context: HttpContext, challenge: string): Response {
  const detail = "Send the header Authorization: Bearer followed by the value of ADMIN_TOKEN";
  return respondProblem(context, "unauthorized", { detail, headers: { "www-authenticate": challenge } });
}

export class TooManyAttemptsError extends Error {
  override readonly name = "TooManyAttemptsError";
  readonly code = "too-many-attempts";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Too many wrong tokens");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
