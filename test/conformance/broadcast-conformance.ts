import { describe, test } from "vitest";
import type { BroadcastPort } from "../../src/ports/broadcast-port.ts";
import { DELIVERY_CASES } from "./broadcast-delivery-cases.ts";
import { OUTAGE_CASES } from "./broadcast-outage-cases.ts";
import { REFUSAL_CASES } from "./broadcast-refusal-cases.ts";

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

export interface BroadcastSubject {
  readonly name: string;
  open(): Promise<BroadcastHarness>;
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

/** What every adapter of the broadcast port must do. */
export function describeBroadcast({ name, open }: BroadcastSubject): void {
  describe(`${name} as a BroadcastPort`, () => {
    test.each(BROADCAST_CASES)("$name", async ({ run }) => {
      const harness = await open();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    });
  });
}
