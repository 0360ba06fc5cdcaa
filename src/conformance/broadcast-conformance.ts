import type { BroadcastPort } from "../ports/broadcast-port.ts";
import { DELIVERY_CASES } from "./broadcast-delivery-cases.ts";
import { OUTAGE_CASES } from "./broadcast-outage-cases.ts";
import { REFUSAL_CASES } from "./broadcast-refusal-cases.ts";
import { boundTests, type ConformanceTest } from "./conformance-test.ts";

/** A channel that members join, and power over what carries it. */
export interface BroadcastHarness {
  /** Another replica's port on the channel; closed with the harness at the latest. */
  join(): Promise<BroadcastPort>;
  /** The same for another channel of the same server. */
  joinOther(): Promise<BroadcastPort>;
  /** What adapters reported as defects of listeners. */
  readonly defects: readonly unknown[];
  /** Cuts all members off; returns once publications fail. */
  cut(): Promise<void>;
  /** Ends that; returns once members may publish. Subscriptions come back by themselves. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

export interface BroadcastCase {
  readonly name: string;
  /** Rejects, or does not end, when the port does not behave. */
  run(harness: BroadcastHarness): Promise<void>;
}

export const BROADCAST_CASES: readonly BroadcastCase[] = [
  ...DELIVERY_CASES,
  ...OUTAGE_CASES,
  ...REFUSAL_CASES,
];

/**
 * What every adapter of the broadcast port must do. A case whose port misbehaves may wait for ever: give tests a limit in time.
 *
 * @param open gives a channel without members for each test
 */
export function broadcastTests(open: () => Promise<BroadcastHarness>): readonly ConformanceTest[] {
  return boundTests(BROADCAST_CASES, open);
}
