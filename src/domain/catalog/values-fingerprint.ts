import { createHash } from "node:crypto";

/** The fingerprint of no value at all, which others are continued from. */
export const EMPTY_FINGERPRINT = "";

/**
 * Continues a fingerprint over values: lower-case hex SHA-1 of the fingerprint so far and, for a value that is there, the hex
 * SHA-1 of its bytes. It tells damage from the value that was written, quickly and inside Redis too; whoever wants to deceive
 * is met by the catalog hash.
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
