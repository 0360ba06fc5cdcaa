import { jitteredBackoffMs } from "../../lib/backoff.ts";

/** How many transfers of a catalog failed in a row, and when the next one may begin. */
export interface TransferBackoff {
  readonly hash: string;
  readonly failures: number;
  readonly retryAtMs: number;
}

/** A catalog, and the time by any monotonic clock in milliseconds. */
export interface TransferAttempt {
  readonly hash: string;
  readonly nowMs: number;
}

/** The shortest and the longest pause after a failure; each further failure doubles the pause. */
const TRANSFER_PAUSE = { minMs: 5000, maxMs: 60_000 } as const;

/** From this size on, one replica at a time sends a catalog, and pauses after a failed transfer. */
const LARGE_TRANSFER_BYTES = 1024 * 1024;
/** The lowest rate at which every transfer ends within the replica's turn. */
const BYTES_PER_SECOND = 4 * 1024 * 1024;
const TURN_SECONDS_MIN = 5;

/**
 * Whether replicas take turns to send a catalog of this size. Sending a smaller catalog takes no longer than
 * taking a turn.
 */
export function isLargeTransfer(bytes: number): boolean {
  return bytes >= LARGE_TRANSFER_BYTES;
}

/** How long one replica has the turn to send a catalog, in seconds; after that another replica may send it. */
export function transferTurnSeconds(bytes: number): number {
  return TURN_SECONDS_MIN + Math.ceil(bytes / BYTES_PER_SECOND);
}

/** How long the transfer of a catalog has to wait, in milliseconds; 0 when it may begin. */
export function transferPauseMs(
  backoff: TransferBackoff | undefined,
  { hash, nowMs }: TransferAttempt,
): number {
  return backoff?.hash === hash ? Math.max(0, backoff.retryAtMs - nowMs) : 0;
}

/**
 * Counts a failed transfer: the server refused it after the bytes were sent, or dropped the connection.
 *
 * @param random from 0 to 1: spreads the attempts of a fleet
 */
export function recordFailedTransfer(
  before: TransferBackoff | undefined,
  { hash, nowMs }: TransferAttempt,
  random: number,
): TransferBackoff {
  const failures = (before?.hash === hash ? before.failures : 0) + 1;
  return { hash, failures, retryAtMs: nowMs + jitteredBackoffMs(failures - 1, TRANSFER_PAUSE, random) };
}
