import { hash } from "node:crypto";

/** The fingerprint of no values; every fingerprint starts from it. */
export const EMPTY_FINGERPRINT = "";

/**
 * Continues a fingerprint over values. Each step is the lower-case hex SHA-1 of two joined texts: the
 * fingerprint so far, and the hex SHA-1 of the value (empty for an absent one). SHA-1 is cheap, and Redis can
 * compute it. The fingerprint detects accidental changes, but not forged values.
 *
 * @param before the fingerprint of the preceding values; {@link EMPTY_FINGERPRINT} without any
 * @param values in order; undefined for an absent one
 */
export function continueFingerprint(before: string, values: Iterable<Uint8Array | undefined>): string {
  let fingerprint = before;
  for (const value of values) {
    fingerprint = hash("sha1", fingerprint + (value === undefined ? "" : hash("sha1", value)));
  }
  return fingerprint;
}
