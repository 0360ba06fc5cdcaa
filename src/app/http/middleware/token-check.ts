import { createHash, timingSafeEqual } from "node:crypto";
import type { Log } from "../../telemetry/log.ts";
import { createAttemptLimit } from "./attempt-limit.ts";
import { TooManyAttemptsError } from "./too-many-attempts-error.ts";

export interface TokenDeps {
  /** Compared with in constant time. */
  readonly adminToken: string;
  readonly log: Pick<Log, "warn">;
  readonly nowMs: () => number;
}

/**
 * Makes what tells the admin token from others. Wrong ones are limited, the right one never is: nobody can lock its owner
 * out by guessing.
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
    // Said once: whoever goes on is answered, and does not fill the log.
    if (retryAfterSeconds !== undefined && !isLimited) log.warn("Too many requests had a wrong admin token");
    isLimited = retryAfterSeconds !== undefined;
    if (retryAfterSeconds !== undefined) throw new TooManyAttemptsError(retryAfterSeconds);
    return false;
  };
}

/** Digests have one length, which the comparison needs, and tell nothing of the token's. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
