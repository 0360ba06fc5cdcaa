import type { BroadcastListener, BroadcastPort } from "../ports/broadcast-port.ts";
import { type BrokenBroadcast, callLater, changeListener, changePort, nothing } from "./broadcast-samples.ts";

const CALLS_EACH_ONCE = "publish() calls each listener once, also the publisher's own, and asynchronously";
const IN_ORDER = "messages arrive in the order in which they were published";
const KEEPS_BYTES = "a message keeps its bytes: every byte value, no bytes, and the maximum length";
const DOES_NOT_CHANGE = "a message does not change when the publisher or another listener changes its bytes";

/** Adapters with faults in the delivery of messages. */
export const BROKEN_DELIVERIES: readonly BrokenBroadcast[] = [
  {
    name: "delivers nothing",
    caughtBy: CALLS_EACH_ONCE,
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
    name: "drops one of several concurrent messages",
    caughtBy: "concurrent messages each arrive exactly once",
    breakIt() {
      let concurrentCalls = 0;
      return changePort((port) => ({
        async publish(message, options) {
          concurrentCalls += 1;
          if (concurrentCalls !== 50) await port.publish(message, options);
          await Promise.resolve();
          concurrentCalls -= 1;
        },
      }));
    },
  },
  {
    name: "does not deliver a member's own messages to it",
    caughtBy: CALLS_EACH_ONCE,
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
    name: "publishes only after a subscription",
    caughtBy: "publish() works on a port without a subscription, and on a channel without subscribers",
    breakIt: () =>
      changePort((port) => {
        let isSubscribed = false;
        return {
          async publish(message, options) {
            if (isSubscribed) await port.publish(message, options);
          },
          subscribe(listener) {
            isSubscribed = true;
            port.subscribe(listener);
          },
        };
      }),
  },
  {
    name: "delivers every message twice",
    caughtBy: CALLS_EACH_ONCE,
    breakIt: () =>
      changeListener(({ message }) => ({
        message(bytes) {
          message(bytes);
          message(bytes);
        },
      })),
  },
  {
    name: "delivers synchronously",
    caughtBy: CALLS_EACH_ONCE,
    breakIt() {
      const listeners: BroadcastListener[] = [];
      return changePort(() => ({
        async publish(message) {
          for (const listener of listeners) listener.message(message);
        },
        subscribe(listener) {
          listeners.push(listener);
          callLater(() => listener.connected());
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
    name: "converts the bytes to text",
    caughtBy: KEEPS_BYTES,
    breakIt: () =>
      changeListener(({ message }) => ({
        message: (bytes) => message(new TextEncoder().encode(new TextDecoder().decode(bytes))),
      })),
  },
  {
    name: "drops an empty message",
    caughtBy: KEEPS_BYTES,
    breakIt: () =>
      changeListener(({ message }) => ({ message: (bytes) => void (bytes.length > 0 && message(bytes)) })),
  },
  {
    name: "reads the bytes after publish() has returned, when the caller may have changed them",
    caughtBy: DOES_NOT_CHANGE,
    breakIt: () =>
      changePort((port) => ({
        async publish(message, options) {
          await Promise.resolve();
          await port.publish(message, options);
        },
      })),
  },
  {
    name: "gives all listeners the same array",
    caughtBy: DOES_NOT_CHANGE,
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
    name: "delivers earlier messages",
    caughtBy: "a subscription gets no earlier messages",
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
    name: "delivers messages of other channels",
    caughtBy: "channels do not receive each other's messages",
    breakIt() {
      const ports: BroadcastPort[] = [];
      return changePort((port) => {
        ports.push(port);
        return {
          async publish(message, options) {
            await Promise.all(ports.map((each) => each.publish(message, options).catch(nothing)));
          },
        };
      });
    },
  },
];
