import type { BroadcastListener, BroadcastPort } from "../ports/broadcast-port.ts";
import { type BrokenBroadcast, changeListener, changePort, nothing } from "./broadcast-samples.ts";

const REACHES =
  "publish() reaches everyone who listens once, the publisher too, and not from within the call";
const IN_ORDER = "messages that are published one after the other arrive in that order";
const KEEPS = "a message keeps every byte: all values, none, and as many as allowed";
const STAYS = "a message is what it was when publish() was called, and stays what it was when it arrived";

/** Adapters that deliver to the wrong listeners. */
export const BROKEN_DELIVERIES: readonly BrokenBroadcast[] = [
  {
    name: "delivers nothing",
    caughtBy: REACHES,
    breakIt: () => changeListener(() => ({ message: nothing })),
  },
  {
    name: "drops every tenth message",
    caughtBy: IN_ORDER,
    breakIt() {
      let count = 0;
      return changeListener(({ message }) => ({
        message(bytes) {
          count += 1;
          if (count % 10 !== 0) message(bytes);
        },
      }));
    },
  },
  {
    name: "drops one of the messages that come at once",
    caughtBy: "messages that are published at once arrive, each one once",
    breakIt() {
      let underWay = 0;
      return changePort((port) => ({
        async publish(message, options) {
          underWay += 1;
          if (underWay !== 50) await port.publish(message, options);
          await Promise.resolve();
          underWay -= 1;
        },
      }));
    },
  },
  {
    name: "keeps a member's messages from itself",
    caughtBy: REACHES,
    breakIt: () => (port) => {
      let own = 0;
      return {
        ...changeListener(({ message }) => ({
          message(bytes) {
            if (own === 0) message(bytes);
            else own -= 1;
          },
        }))(port),
        publish(message, options) {
          own += 1;
          return port.publish(message, options);
        },
      };
    },
  },
  {
    name: "publishes for listeners only",
    caughtBy:
      "publish() reaches others from a port that does not listen, and from one to whom nobody listens",
    breakIt: () => (port) => {
      let listening = false;
      return {
        ...port,
        async publish(message, options) {
          if (listening) await port.publish(message, options);
        },
        subscribe(listener) {
          listening = true;
          port.subscribe(listener);
        },
      };
    },
  },
  {
    name: "delivers every message twice",
    caughtBy: REACHES,
    breakIt: () =>
      changeListener(({ message }) => ({
        message(bytes) {
          message(bytes);
          message(bytes);
        },
      })),
  },
  {
    name: "delivers from within the call",
    caughtBy: REACHES,
    breakIt() {
      const listeners: BroadcastListener[] = [];
      return changePort(() => ({
        async publish(message) {
          for (const listener of listeners) listener.message(message);
        },
        subscribe(listener) {
          listeners.push(listener);
          later(() => listener.connected());
        },
      }));
    },
  },
  {
    name: "delivers in another order",
    caughtBy: IN_ORDER,
    breakIt() {
      const held: Uint8Array[] = [];
      return changeListener(({ message }) => ({
        message(bytes) {
          held.push(bytes);
          if (held.length < 2 && new TextDecoder().decode(bytes) === "7") return;
          for (const one of held.splice(0).reverse()) message(one);
        },
      }));
    },
  },
  {
    name: "delivers bytes as text",
    caughtBy: KEEPS,
    breakIt: () =>
      changeListener(({ message }) => ({
        message: (bytes) => message(new TextEncoder().encode(new TextDecoder().decode(bytes))),
      })),
  },
  {
    name: "takes no bytes for no message",
    caughtBy: KEEPS,
    breakIt: () =>
      changeListener(({ message }) => ({ message: (bytes) => void (bytes.length > 0 && message(bytes)) })),
  },
  {
    name: "sends what the caller's bytes have become",
    caughtBy: STAYS,
    breakIt: () =>
      changePort((port) => ({
        async publish(message, options) {
          await Promise.resolve();
          await port.publish(message, options);
        },
      })),
  },
  {
    name: "hands all listeners the same bytes",
    caughtBy: STAYS,
    breakIt() {
      const seen = new Map<string, Uint8Array>();
      return changeListener(({ message }) => ({
        message(bytes) {
          const text = new TextDecoder().decode(bytes);
          seen.set(text, seen.get(text) ?? bytes);
          message(seen.get(text) ?? bytes);
        },
      }));
    },
  },
  {
    name: "delivers what was published before",
    caughtBy: "what was published before a subscription is not delivered to it",
    breakIt() {
      const past: Uint8Array[] = [];
      return changePort((port) => ({
        async publish(message, options) {
          await port.publish(message, options);
          past.push(message);
        },
        subscribe: (listener) =>
          port.subscribe({
            ...listener,
            connected() {
              listener.connected();
              for (const message of past) listener.message(message);
            },
          }),
      }));
    },
  },
  {
    name: "delivers what other channels say",
    caughtBy: "channels do not receive each other's messages",
    breakIt() {
      const ports: BroadcastPort[] = [];
      return (port) => {
        ports.push(port);
        return {
          ...port,
          async publish(message, options) {
            await Promise.all(ports.map((each) => each.publish(message, options).catch(nothing)));
          },
        };
      };
    },
  },
];

/** What a listener throws there is the suite's own. */
function later(call: () => void): void {
  Promise.resolve().then(call).catch(nothing);
}
