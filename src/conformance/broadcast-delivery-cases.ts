import { BROADCAST_MESSAGE_BYTES_MAX } from "../ports/broadcast-port.ts";
import type { BroadcastCase } from "./broadcast-conformance.ts";
import { bytes, joinListening, recordListener, settle } from "./broadcast-samples.ts";
import { expect } from "./expect.ts";

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, index) => index);
const LARGEST = new Uint8Array(BROADCAST_MESSAGE_BYTES_MAX).fill(0xff);

/** Delivery without faults. */
export const DELIVERY_CASES: readonly BroadcastCase[] = [
  {
    name: "subscribe() calls connected() once, later, and nothing before it",
    async run(harness) {
      const port = await harness.join();
      const listener = recordListener();
      port.subscribe(listener);
      expect(listener.heard).toEqual([]);
      await listener.untilHeard("connected");
      await settle("1", { port, listener });
      await settle("2", { port, listener });
      expect(listener.heard).toEqual(["connected", "message 1", "message 2"]);
    },
  },
  {
    name: "publish() reaches everyone who listens once, the publisher too, and not from within the call",
    async run(harness) {
      const [first, second] = [await joinListening(harness), await joinListening(harness)];
      const publishing = first.port.publish(bytes("1"));
      expect(first.listener.heard).toEqual(["connected"]);
      await publishing;
      await Promise.all([first, second].map(({ listener }) => listener.untilHeard("message 1")));
      await settle("end", second, first);
      for (const { listener } of [first, second]) {
        expect(listener.heard).toEqual(["connected", "message 1", "message end"]);
      }
    },
  },
  {
    name: "publish() reaches others from a port that does not listen, and from one to whom nobody listens",
    async run(harness) {
      const silent = await harness.join();
      await silent.publish(bytes("nobody"));
      const { listener } = await joinListening(harness);
      await silent.publish(bytes("somebody"));
      await listener.untilHeard("message somebody");
      expect(listener.heard).toEqual(["connected", "message somebody"]);
    },
  },
  {
    name: "messages that are published one after the other arrive in that order",
    async run(harness) {
      const [first, second] = [await joinListening(harness), await joinListening(harness)];
      const texts = Array.from({ length: 50 }, (_, index) => `${index}`);
      for (const text of texts) await first.port.publish(bytes(text));
      await second.listener.untilHeard("message 49");
      expect(second.listener.heard).toEqual(["connected", ...texts.map((text) => `message ${text}`)]);
    },
  },
  {
    name: "messages that are published at once arrive, each one once",
    async run(harness) {
      const [first, second] = [await joinListening(harness), await joinListening(harness)];
      const texts = Array.from({ length: 200 }, (_, index) => `${index}`);
      await Promise.all(texts.map((text, index) => (index % 2 ? first : second).port.publish(bytes(text))));
      await settle("end 1", first, second);
      await settle("end 2", second, first);
      const wanted = ["connected", ...[...texts, "end 1", "end 2"].map((text) => `message ${text}`)];
      for (const { listener } of [first, second]) {
        expect(listener.heard.toSorted()).toEqual(wanted.toSorted());
      }
    },
  },
  {
    name: "a message keeps every byte: all values, none, and as many as allowed",
    async run(harness) {
      const { port, listener } = await joinListening(harness);
      for (const message of [EVERY_BYTE, new Uint8Array(), LARGEST]) await port.publish(message);
      await listener.until((heard) => heard.length === 4);
      expect(listener.messages.map((message) => [...message])).toEqual([[...EVERY_BYTE], [], [...LARGEST]]);
    },
  },
  {
    name: "a message is what it was when publish() was called, and stays what it was when it arrived",
    async run(harness) {
      const [first, second] = [await joinListening(harness), await joinListening(harness)];
      const message = bytes("before");
      const publishing = first.port.publish(message);
      message.fill(0);
      await publishing;
      await Promise.all([first, second].map(({ listener }) => listener.untilHeard("message before")));
      first.listener.messages[0]?.fill(0);
      await settle("after!", first, second);
      expect([...(second.listener.messages[0] ?? [])]).toEqual([...bytes("before")]);
    },
  },
  {
    name: "what was published before a subscription is not delivered to it",
    async run(harness) {
      const first = await joinListening(harness);
      await settle("early", first);
      const second = await joinListening(harness);
      await settle("late", first, second);
      expect(second.listener.heard).toEqual(["connected", "message late"]);
    },
  },
  {
    name: "channels do not receive each other's messages",
    async run(harness) {
      const first = await joinListening(harness);
      const other = await harness.joinOther();
      const listener = recordListener();
      other.subscribe(listener);
      await listener.untilHeard("connected");
      await settle("here", first);
      await settle("there", { port: other, listener });
      await settle("end", first);
      await settle("end", { port: other, listener });
      expect(first.listener.heard).toEqual(["connected", "message here", "message end"]);
      expect(listener.heard).toEqual(["connected", "message there", "message end"]);
    },
  },
  {
    name: "a listener that throws or rejects is reported, hears on, and harms no other",
    async run(harness) {
      const port = await harness.join();
      const listener = recordListener();
      const [inConnected, inMessage, later] = ["connected", "message", "later"].map(
        (text) => new Error(text),
      );
      const rejected = Promise.reject(later);
      // Whether it is looked after shows in the defects, not in how this process ends.
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
      await listener.untilHeard("connected");
      const other = await joinListening(harness);
      for (const text of ["a", "bb", "c", "dd"]) await settle(text, other, { port, listener });
      const heard = ["connected", "message a", "message bb", "message c", "message dd"];
      expect(listener.heard).toEqual(heard);
      expect(other.listener.heard).toEqual(heard);
      expect(harness.defects).toEqual([inConnected, later, inMessage, later, inMessage]);
    },
  },
];
