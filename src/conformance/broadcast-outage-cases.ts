import { BroadcastError } from "../ports/broadcast-port.ts";
import type { BroadcastCase } from "./broadcast-conformance.ts";
import { bytes, failureOf, joinListening, recordListener, settle } from "./broadcast-samples.ts";
import { expect } from "./expect.ts";

const LOST_CODES = ["unavailable", "timeout", "rejected"];

/** The behaviour when the channel breaks. */
export const OUTAGE_CASES: readonly BroadcastCase[] = [
  {
    name: "at an outage each listener receives `lost` once, at its end `connected` once, and then messages again",
    async run(harness) {
      const members = [await joinListening(harness), await joinListening(harness)] as const;
      for (const round of [1, 2]) {
        await harness.cut();
        await Promise.all(members.map(({ listener }) => untilLast(listener, "lost")));
        await harness.heal();
        await Promise.all(members.map(({ listener }) => listener.untilHeard("connected", round + 1)));
        await settle(`${round}`, ...members);
      }
      const wanted = ["connected", "lost", "connected", "message 1", "lost", "connected", "message 2"];
      for (const { listener } of members) expect(inShort(listener.heard)).toEqual(wanted);
    },
  },
  {
    name: "the reason of a loss is a BroadcastError about listening, with a code of a loss",
    async run(harness) {
      const { listener } = await joinListening(harness);
      await harness.cut();
      await untilLast(listener, "lost");
      await harness.heal();
      await listener.untilHeard("connected", 2);
      for (const reason of listener.reasons) {
        expect(reason).toBeInstanceOf(BroadcastError);
        expect(LOST_CODES).toContain(reason.code);
        expect(reason.operation).toBe("subscribe");
        expect(reason.message).toMatch(/^Cannot subscribe to announcements: /);
      }
    },
  },
  {
    name: "a subscription that begins during an outage is lost first, and connected after it",
    async run(harness) {
      const port = await harness.join();
      const listener = recordListener();
      await harness.cut();
      port.subscribe(listener);
      await untilLast(listener, "lost");
      expect(inShort(listener.heard)).toEqual(["lost"]);
      await harness.heal();
      await listener.untilHeard("connected");
      await settle("1", { port, listener });
      expect(inShort(listener.heard)).toEqual(["lost", "connected", "message 1"]);
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
      await member.listener.untilHeard("connected", 2);
      await settle("after", member);
      expect(inShort(member.listener.heard)).toEqual(["connected", "lost", "connected", "message after"]);
    },
  },
  {
    name: "a listener that throws in lost() is reported, and connected again",
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
      await listener.untilHeard("connected");
      await harness.cut();
      await untilLast(listener, "lost");
      await harness.heal();
      await listener.untilHeard("connected", 2);
      expect(harness.defects).toContain(defect);
      expect(inShort(listener.heard)).toEqual(["connected", "lost", "connected"]);
    },
  },
  {
    name: "a listener closed during an outage gets no event at its end",
    async run(harness) {
      const [closing, witness] = [await joinListening(harness), await joinListening(harness)];
      await harness.cut();
      await Promise.all([closing, witness].map(({ listener }) => untilLast(listener, "lost")));
      const before = [...closing.listener.heard];
      await closing.port.close();
      await harness.heal();
      await witness.listener.untilHeard("connected", 2);
      for (const text of ["1", "2", "3"]) await settle(text, witness);
      expect(closing.listener.heard).toEqual(before);
    },
  },
];

type Heard = ReturnType<typeof recordListener>;

function untilLast(listener: Heard, word: string): Promise<void> {
  return listener.until((heard) => heard.at(-1)?.startsWith(word) === true);
}

/** Without codes: how often the reason of one loss changes depends on how it came about. */
function inShort(heard: readonly string[]): readonly string[] {
  const words = heard.map((entry) => (entry.startsWith("lost ") ? "lost" : entry));
  const sameLoss = (index: number): boolean =>
    words[index] === "lost" && words[index - 1] === "lost" && heard[index] !== heard[index - 1];
  return words.filter((_, index) => !sameLoss(index));
}
