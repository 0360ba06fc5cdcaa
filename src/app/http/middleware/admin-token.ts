import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { Log } from "../../telemetry/log.ts";
import { problem } from "../responses/problem.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";

export interface TokenDeps {
  /** For comparison in constant time. */
  readonly adminToken: string;
  readonly log: Pick<Log, "warn">;
  readonly nowMs: () => number;
}

/**
 * Makes the check of the admin token. Wrong tokens are rate-limited, the right one never is: guessing cannot
 * lock its owner out.
 *
 * @throws {TooManyAttemptsError}, the function that is made, for a wrong token beyond the limit
 */
export function createTokenCheck({ adminToken, log, nowMs }: TokenDeps): (token: string) => boolean {
  const expected = digest(adminToken);
  const limit = createAttemptLimit(nowMs);
  let isLimited = false;
  return (token) => {
    if (timingSafeEqual(digest(token), expected)) return true;
    const retryAfterSeconds = limit.fail();
    // Logged once: repeated attempts are answered, and do not fill the log.
    if (retryAfterSeconds !== undefined && !isLimited) log.warn("Too many wrong admin tokens");
    isLimited = retryAfterSeconds !== undefined;
    if (retryAfterSeconds !== undefined) throw new TooManyAttemptsError(retryAfterSeconds);
    return false;
  };
}

/** Digests have one length, which the comparison needs, and do not reveal that of the token. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** A token bucket for failed attempts: a burst, and then one at a time. */
interface AttemptLimit {
  /** Counts one more; returns the seconds to wait beyond the limit, whole and above zero. */
  fail(): number | undefined;
}

const ATTEMPTS_AT_ONCE = 10;
const ATTEMPT_EVERY_MS = 6000;

/** Makes a limit for the whole process: two numbers, for any number of clients and attempts. */
export function createAttemptLimit(nowMs: () => number): AttemptLimit {
  /** When all counted attempts will have expired. */
  let forgottenMs = Number.NEGATIVE_INFINITY;
  return {
    fail() {
      const now = nowMs();
      const nextMs = Math.max(forgottenMs, now) + ATTEMPT_EVERY_MS;
      const excessMs = nextMs - now - ATTEMPTS_AT_ONCE * ATTEMPT_EVERY_MS;
      if (excessMs > 0) return Math.ceil(excessMs / 1000);
      forgottenMs = nextMs;
      return undefined;
    },
  };
}

/**
 * Every token that the settings accept: RFC 6750 has fewer characters, and tokens with others would always be
 * refused.
 */
const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** Admits a request with the right token; a repeated header is invalid. */
export function requireToken(isRight: (token: string) => boolean): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const given = context.env.header("authorization");
    if (given === undefined || given === "") return refuse(context, 'Bearer realm="mosaic"');
    const token = bearerToken(given);
    if (token === undefined) {
      const headers = { "www-authenticate": 'Bearer error="invalid_request"' };
      return problem(context, "bad_request", { detail: "The Authorization header is malformed", headers });
    }
    return isRight(token) ? next() : refuse(context, 'Bearer error="invalid_token"');
  };
}

/** The token of an `Authorization` header; undefined for anything else. */
export function bearerToken(header: string | undefined): string | undefined {
  return BEARER.exec(header ?? "")?.[1];
}

function refuse(context: HttpContext, challenge: string): Response {
  const detail = "Send the header Authorization: Bearer followed by the value of ADMIN_TOKEN";
  return problem(context, "unauthorized", { detail, headers: { "www-authenticate": challenge } });
}

/** Too many requests had a wrong token, and so has this one. */
export class TooManyAttemptsError extends Error {
  override readonly name = "TooManyAttemptsError";
  readonly code = "too-many-attempts";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Too many wrong tokens");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
