import { createHash, timingSafeEqual } from "node:crypto";
import type { Log } from "../../telemetry/log.ts";
import { createAttemptLimit } from "./attempt-limit.ts";
import { TooManyAttemptsError } from "./too-many-attempts-error.ts";

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
    if (retryAfterSeconds !== undefined && !isLimited) log.warn("Too many requests had a wrong admin token");
    isLimited = retryAfterSeconds !== undefined;
    if (retryAfterSeconds !== undefined) throw new TooManyAttemptsError(retryAfterSeconds);
    return false;
  };
}

/** Digests have one length, which the comparison needs, and do not reveal that of the token. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
