import type { BroadcastPort } from "../ports/broadcast-port.ts";
import { DELIVERY_CASES } from "./broadcast-delivery-cases.ts";
import { OUTAGE_CASES } from "./broadcast-outage-cases.ts";
import { REFUSAL_CASES } from "./broadcast-refusal-cases.ts";
import { type ConformanceCase, type ConformanceTest, createTests } from "./conformance-test.ts";

/** A channel that members join, with control over its transport. */
export interface BroadcastHarness {
  /** Opens one more replica's port on the channel; `close()` of the harness also closes it. */
  join(): Promise<BroadcastPort>;
  /** Opens a port on a different channel of the same server. */
  joinOther(): Promise<BroadcastPort>;
  /** The errors of listeners, as adapters have reported them. */
  readonly defects: readonly unknown[];
  /** Disconnects all members; returns once publications fail. */
  cut(): Promise<void>;
  /** Reconnects all members; returns once they may publish. Subscriptions recover by themselves. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

export type BroadcastCase = ConformanceCase<BroadcastHarness>;

export const BROADCAST_CASES: readonly BroadcastCase[] = [
  ...DELIVERY_CASES,
  ...OUTAGE_CASES,
  ...REFUSAL_CASES,
];

/**
 * The tests that every adapter of the broadcast port must pass. Give each test a time limit, because a test may never
 * end if the adapter is wrong.
 *
 * @param open opens a channel without members, for each test
 */
export function broadcastTests(open: () => Promise<BroadcastHarness>): readonly ConformanceTest[] {
  return createTests(BROADCAST_CASES, open);
}
