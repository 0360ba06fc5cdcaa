import { randomBytes } from "node:crypto";

/** Ids of other services are kept if they are short and cannot break a log line or a header. */
export const REQUEST_ID_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * Makes ids of requests: the client's own, else one that is unique across processes and requests. A random
 * part that is drawn once and a counter are enough for that, and cost less than a random id for each.
 */
export function createRequestIds(): (given: string | undefined) => string {
  const prefix = `${randomBytes(9).toString("base64url")}.`;
  // Starts at a million, so that the ids of a process keep one length for long.
  let count = 1_000_000;
  return (given) => {
    if (given !== undefined && REQUEST_ID_PATTERN.test(given)) return given;
    count += 1;
    return prefix + count;
  };
}
