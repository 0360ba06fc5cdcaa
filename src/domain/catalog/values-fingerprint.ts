import { createHash } from "node:crypto";

/** The fingerprint of no values, the start of all others. */
export const EMPTY_FINGERPRINT = "";

/**
 * Continues a fingerprint over values: lower-case hex SHA-1 of the fingerprint up to here and, for a present
 * value, the hex SHA-1 of its bytes. It detects accidental damage quickly, inside Redis too. Deliberate
 * forgery is detected by the catalog hash.
 *
 * @param before {@link EMPTY_FINGERPRINT}, or that of the values before these
 * @param values in order; undefined for an absent one
 */
export function continueFingerprint(before: string, values: Iterable<Uint8Array | undefined>): string {
  let fingerprint = before;
  for (const value of values) {
    const digest = value === undefined ? "" : createHash("sha1").update(value).digest("hex");
    fingerprint = createHash("sha1")
      .update(fingerprint + digest)
      .digest("hex");
  }
  return fingerprint;
}
