import { BroadcastError } from "../ports/broadcast-port.ts";
import type { BroadcastCase } from "./broadcast-conformance.ts";
import {
  failureOf,
  joinListening,
  publishAndWait,
  type RecordedListener,
  recordListener,
} from "./broadcast-samples.ts";
import { bytes } from "./cache-samples.ts";
import { expect } from "./expect.ts";

const LOST_CODES = ["unavailable", "timeout", "rejected"];

export const OUTAGE_CASES: readonly BroadcastCase[] = [
  {
    name: "an outage calls lost() once, its end calls connected() once, and messages arrive again",
    async run(harness) {
      const members = [await joinListening(harness), await joinListening(harness)] as const;
      for (const round of [1, 2]) {
        await harness.cut();
        await Promise.all(members.map(({ listener }) => untilLast(listener, "lost")));
        await harness.heal();
        await Promise.all(members.map(({ listener }) => listener.untilCalled("connected", round + 1)));
        await publishAndWait(`${round}`, ...members);
      }
      const wanted = ["connected", "lost", "connected", "message 1", "lost", "connected", "message 2"];
      for (const { listener } of members) expect(withoutCodes(listener.calls)).toEqual(wanted);
    },
  },
  {
    name: "lost() gets a BroadcastError of subscribe(), with a code of a lost connection",
    async run(harness) {
      const { listener } = await joinListening(harness);
      await harness.cut();
      await untilLast(listener, "lost");
      await harness.heal();
      await listener.untilCalled("connected", 2);
      for (const reason of listener.reasons) {
        expect(reason).toBeInstanceOf(BroadcastError);
        expect(LOST_CODES).toContain(reason.code);
        expect(reason.operation).toBe("subscribe");
        expect(reason.message).toMatch(/^Cannot subscribe to announcements: /);
      }
    },
  },
  {
    name: "a subscription that begins during an outage calls lost() first, and connected() after the outage",
    async run(harness) {
      const port = await harness.join();
      const listener = recordListener();
      await harness.cut();
      port.subscribe(listener);
      await untilLast(listener, "lost");
      expect(withoutCodes(listener.calls)).toEqual(["lost"]);
      await harness.heal();
      await listener.untilCalled("connected");
      await publishAndWait("1", { port, listener });
      expect(withoutCodes(listener.calls)).toEqual(["lost", "connected", "message 1"]);
    },
  },
  {
    name: "publish() fails as unavailable or timeout during an outage, and its message never arrives",
    async run(harness) {
      const member = await joinListening(harness);
      await harness.cut();
      const error = await failureOf(() => member.port.publish(bytes("during")));
      expect(error).toBeInstanceOf(BroadcastError);
      expect(error).toMatchObject({ operation: "publish" });
      expect(["unavailable", "timeout"]).toContain((error as BroadcastError).code);
      expect((error as BroadcastError).message).toMatch(/^Cannot announce to other replicas: /);
      await untilLast(member.listener, "lost");
      await harness.heal();
      await member.listener.untilCalled("connected", 2);
      await publishAndWait("after", member);
      expect(withoutCodes(member.listener.calls)).toEqual([
        "connected",
        "lost",
        "connected",
        "message after",
      ]);
    },
  },
  {
    name: "a listener that throws in lost() is reported, and its connected() is called after the outage",
    async run(harness) {
      const port = await harness.join();
      const listener = recordListener();
      const defect = new Error("In lost()");
      port.subscribe({
        ...listener,
        lost(reason) {
          listener.lost(reason);
          throw defect;
        },
      });
      await listener.untilCalled("connected");
      await harness.cut();
      await untilLast(listener, "lost");
      await harness.heal();
      await listener.untilCalled("connected", 2);
      expect(harness.defects).toContain(defect);
      expect(withoutCodes(listener.calls)).toEqual(["connected", "lost", "connected"]);
    },
  },
  {
    name: "a port that is closed during an outage no longer calls its listener",
    async run(harness) {
      const [closing, witness] = [await joinListening(harness), await joinListening(harness)];
      await harness.cut();
      await Promise.all([closing, witness].map(({ listener }) => untilLast(listener, "lost")));
      const before = [...closing.listener.calls];
      await closing.port.close();
      await harness.heal();
      await witness.listener.untilCalled("connected", 2);
      for (const text of ["1", "2", "3"]) await publishAndWait(text, witness);
      expect(closing.listener.calls).toEqual(before);
    },
  },
];

function untilLast(listener: RecordedListener, name: string): Promise<void> {
  return listener.until((calls) => calls.at(-1)?.startsWith(name) === true);
}

/**
 * Removes the codes, and each `lost` directly after a `lost` with a different code, because transports differ in both.
 */
function withoutCodes(calls: readonly string[]): readonly string[] {
  const names = calls.map((entry) => (entry.startsWith("lost ") ? "lost" : entry));
  const isSameLoss = (index: number): boolean =>
    names[index] === "lost" && names[index - 1] === "lost" && calls[index] !== calls[index - 1];
  return names.filter((_, index) => !isSameLoss(index));
}
