import { BROADCAST_MESSAGE_BYTES_MAX } from "../ports/broadcast-port.ts";
import type { BroadcastCase } from "./broadcast-conformance.ts";
import { joinListening, publishAndWait, recordListener } from "./broadcast-samples.ts";
import { bytes, EVERY_BYTE } from "./cache-samples.ts";
import { expect } from "./expect.ts";

const LARGEST = new Uint8Array(BROADCAST_MESSAGE_BYTES_MAX).fill(0xff);

export const DELIVERY_CASES: readonly BroadcastCase[] = [
  {
    name: "subscribe() calls connected() once, asynchronously, and before any other callback",
    async run(harness) {
      const port = await harness.join();
      const listener = recordListener();
      port.subscribe(listener);
      expect(listener.calls).toEqual([]);
      await listener.untilCalled("connected");
      await publishAndWait("1", { port, listener });
      await publishAndWait("2", { port, listener });
      expect(listener.calls).toEqual(["connected", "message 1", "message 2"]);
    },
  },
  {
    name: "publish() calls each listener once, also the publisher's own, and asynchronously",
    async run(harness) {
      const [first, second] = [await joinListening(harness), await joinListening(harness)];
      const publishing = first.port.publish(bytes("1"));
      expect(first.listener.calls).toEqual(["connected"]);
      await publishing;
      await Promise.all([first, second].map(({ listener }) => listener.untilCalled("message 1")));
      await publishAndWait("end", second, first);
      for (const { listener } of [first, second]) {
        expect(listener.calls).toEqual(["connected", "message 1", "message end"]);
      }
    },
  },
  {
    name: "publish() works on a port without a subscription, and on a channel without subscribers",
    async run(harness) {
      const silent = await harness.join();
      await silent.publish(bytes("nobody"));
      const { listener } = await joinListening(harness);
      await silent.publish(bytes("somebody"));
      await listener.untilCalled("message somebody");
      expect(listener.calls).toEqual(["connected", "message somebody"]);
    },
  },
  {
    name: "messages arrive in the order in which they were published",
    async run(harness) {
      const [first, second] = [await joinListening(harness), await joinListening(harness)];
      const texts = Array.from({ length: 50 }, (_, index) => `${index}`);
      for (const text of texts) await first.port.publish(bytes(text));
      await second.listener.untilCalled("message 49");
      expect(second.listener.calls).toEqual(["connected", ...texts.map((text) => `message ${text}`)]);
    },
  },
  {
    name: "concurrent messages each arrive exactly once",
    async run(harness) {
      const [first, second] = [await joinListening(harness), await joinListening(harness)];
      const texts = Array.from({ length: 200 }, (_, index) => `${index}`);
      await Promise.all(texts.map((text, index) => (index % 2 ? first : second).port.publish(bytes(text))));
      await publishAndWait("end 1", first, second);
      await publishAndWait("end 2", second, first);
      const wanted = ["connected", ...[...texts, "end 1", "end 2"].map((text) => `message ${text}`)];
      for (const { listener } of [first, second]) {
        expect(listener.calls.toSorted()).toEqual(wanted.toSorted());
      }
    },
  },
  {
    name: "a message keeps its bytes: every byte value, no bytes, and the maximum length",
    async run(harness) {
      const { port, listener } = await joinListening(harness);
      for (const message of [EVERY_BYTE, new Uint8Array(), LARGEST]) await port.publish(message);
      await listener.until((calls) => calls.length === 4);
      expect(listener.messages.map((message) => [...message])).toEqual([[...EVERY_BYTE], [], [...LARGEST]]);
    },
  },
  {
    name: "a message does not change when the publisher or another listener changes its bytes",
    async run(harness) {
      const [first, second] = [await joinListening(harness), await joinListening(harness)];
      const message = bytes("before");
      const publishing = first.port.publish(message);
      message.fill(0);
      await publishing;
      await Promise.all([first, second].map(({ listener }) => listener.untilCalled("message before")));
      first.listener.messages[0]?.fill(0);
      await publishAndWait("after!", first, second);
      expect([...(second.listener.messages[0] ?? [])]).toEqual([...bytes("before")]);
    },
  },
  {
    name: "a subscription gets no earlier messages",
    async run(harness) {
      const first = await joinListening(harness);
      await publishAndWait("early", first);
      const second = await joinListening(harness);
      await publishAndWait("late", first, second);
      expect(second.listener.calls).toEqual(["connected", "message late"]);
    },
  },
  {
    name: "channels do not receive each other's messages",
    async run(harness) {
      const first = await joinListening(harness);
      const other = await harness.joinOther();
      const listener = recordListener();
      other.subscribe(listener);
      await listener.untilCalled("connected");
      await publishAndWait("here", first);
      await publishAndWait("there", { port: other, listener });
      await publishAndWait("end", first);
      await publishAndWait("end", { port: other, listener });
      expect(first.listener.calls).toEqual(["connected", "message here", "message end"]);
      expect(listener.calls).toEqual(["connected", "message there", "message end"]);
    },
  },
  {
    name: "a listener that throws or rejects is reported, gets further messages, and does not affect others",
    async run(harness) {
      const port = await harness.join();
      const listener = recordListener();
      const [inConnected, inMessage, later] = ["connected", "message", "later"].map(
        (text) => new Error(text),
      );
      const rejected = Promise.reject(later);
      // If the adapter ignores the rejection, the assertion below must fail. Without this line, the process would end
      // first.
      rejected.catch(() => undefined);
      port.subscribe({
        ...listener,
        connected() {
          listener.connected();
          throw inConnected;
        },
        message(message) {
          listener.message(message);
          if (message.length % 2 === 0) throw inMessage;
          return rejected;
        },
      });
      await listener.untilCalled("connected");
      const other = await joinListening(harness);
      for (const text of ["a", "bb", "c", "dd"]) await publishAndWait(text, other, { port, listener });
      const calls = ["connected", "message a", "message bb", "message c", "message dd"];
      expect(listener.calls).toEqual(calls);
      expect(other.listener.calls).toEqual(calls);
      expect(harness.defects).toEqual([inConnected, later, inMessage, later, inMessage]);
    },
  },
];
