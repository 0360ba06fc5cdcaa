import { describe, expect, test } from "vitest";
import {
  isLargeTransfer,
  recordFailedTransfer,
  type TransferBackoff,
  transferPauseMs,
  transferTurnSeconds,
} from "../../../src/domain/release/transfer-backoff.ts";

const [HASH, OTHER] = ["a", "b"];

function pausesOf(failures: number, random: number): readonly number[] {
  const pauses: number[] = [];
  let backoff: TransferBackoff | undefined;
  let nowMs = 0;
  for (let failure = 0; failure < failures; failure++) {
    backoff = recordFailedTransfer(backoff, { hash: HASH, nowMs }, random);
    const pauseMs = transferPauseMs(backoff, { hash: HASH, nowMs });
    pauses.push(pauseMs);
    nowMs += pauseMs;
    expect(transferPauseMs(backoff, { hash: HASH, nowMs })).toBe(0);
  }
  return pauses;
}

describe("recordFailedTransfer()", () => {
  test("recordFailedTransfer() doubles the pause up to a minute", () => {
    expect(pausesOf(6, 1)).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  test("recordFailedTransfer() spreads the attempts of a fleet over half of the pause", () => {
    expect(pausesOf(6, 0)).toEqual([2500, 5000, 10_000, 20_000, 30_000, 30_000]);
  });

  test("recordFailedTransfer() begins again for another catalog", () => {
    const before = { hash: HASH, failures: 7, retryAtMs: 100_000 };
    expect(transferPauseMs(before, { hash: OTHER, nowMs: 0 })).toBe(0);
    expect(recordFailedTransfer(before, { hash: OTHER, nowMs: 0 }, 1)).toMatchObject({ failures: 1 });
  });
});

test("transferPauseMs() is 0 before any failure", () => {
  expect(transferPauseMs(undefined, { hash: HASH, nowMs: 0 })).toBe(0);
});

test("isLargeTransfer() is true from a mebibyte on", () => {
  expect([2 ** 20 - 1, 2 ** 20].map(isLargeTransfer)).toEqual([false, true]);
});

test("transferTurnSeconds() grows with the catalog", () => {
  expect([0, 1, 28 * 2 ** 20].map(transferTurnSeconds)).toEqual([5, 6, 12]);
});
