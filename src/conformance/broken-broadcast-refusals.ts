import type { BroadcastListener, BroadcastPort } from "../ports/broadcast-port.ts";
import {
  type BrokenBroadcast,
  changeListener,
  changePort,
  changePublish,
  nothing,
  SILENT,
} from "./broadcast-samples.ts";

const KEEPS = "a message keeps every byte: all values, none, and as many as allowed";
const CLOSES = "close() ends delivery at once, for this port only";
const FAILS = "publish() fails as unavailable or timeout during an outage, and its message never arrives";

/** Adapters with faults in calls that must fail, and in closing. */
export const BROKEN_REFUSALS: readonly BrokenBroadcast[] = [
  {
    name: "swallows that it could not publish",
    caughtBy: FAILS,
    breakIt: () => changePublish((publishing) => publishing.catch(nothing)),
  },
  {
    name: "fails with raw errors",
    caughtBy: FAILS,
    breakIt: () =>
      changePublish((publishing) =>
        publishing.catch(() => {
          throw new Error("ECONNREFUSED");
        }),
      ),
  },
  {
    name: "keeps what it could not publish, and publishes it later",
    caughtBy: FAILS,
    breakIt() {
      const held: Uint8Array[] = [];
      return changePort((port) => ({
        async publish(message, options) {
          for (const one of held.splice(0)) await port.publish(one, options).catch(() => held.push(one));
          await port.publish(message, options).catch((error: unknown) => {
            held.push(message);
            throw error;
          });
        },
      }));
    },
  },
  {
    name: "cuts off what is too large",
    caughtBy: "publish() refuses a message that is too large, and delivers nothing of it",
    breakIt: () =>
      changePort((port) => ({
        publish: (message, options) => port.publish(message.slice(0, 8 * 1024), options),
      })),
  },
  {
    name: "refuses a message of the largest permitted size",
    caughtBy: KEEPS,
    breakIt: () =>
      changePort((port) => ({
        async publish(message, options) {
          if (message.length >= 8 * 1024) throw new RangeError("Too large");
          await port.publish(message, options);
        },
      })),
  },
  {
    name: "publishes for a caller who has left",
    caughtBy: "publish() with an aborted signal fails with the code aborted, and delivers nothing",
    breakIt: () => changePort((port) => ({ publish: (message) => port.publish(message) })),
  },
  {
    name: "publishes for a caller who has left, and then fails",
    caughtBy: "publish() with an aborted signal fails with the code aborted, and delivers nothing",
    breakIt: () =>
      changePort((port) => ({
        async publish(message, options) {
          await port.publish(message);
          await port.publish(new Uint8Array(), options);
        },
      })),
  },
  {
    name: "fails whenever there is a signal",
    caughtBy: "a signal that does not fire changes nothing, nor does one that fires afterwards",
    breakIt: () =>
      changePort((port) => ({
        publish: (message, { signal } = {}) =>
          port.publish(message, signal && { signal: AbortSignal.abort(signal.reason) }),
      })),
  },
  {
    name: "lets a second listener take over",
    caughtBy: "subscribe() refuses a second listener, and keeps the first",
    breakIt: () => (port) => {
      let current: BroadcastListener | undefined;
      return {
        ...port,
        subscribe(listener) {
          const first = current === undefined;
          current = listener;
          if (!first) return;
          port.subscribe({
            connected: () => current?.connected(),
            lost: (reason) => current?.lost(reason),
            message: (bytes) => current?.message(bytes),
          });
        },
      };
    },
  },
  {
    name: "delivers after it was closed",
    caughtBy: CLOSES,
    breakIt: () => changePort(() => ({ close: async () => undefined })),
  },
  {
    name: "delivers what was on its way when it was closed",
    caughtBy: CLOSES,
    breakIt: () =>
      changePort((port) => ({
        async close() {
          for (let turn = 0; turn < 5; turn++) await Promise.resolve();
          await port.close();
        },
      })),
  },
  {
    name: "says after it was closed that it stands",
    caughtBy: "close() may be repeated, and may come before connected()",
    breakIt: () =>
      changePort((port) => ({
        async close() {
          await Promise.resolve();
          await port.close();
        },
      })),
  },
  {
    name: "closes all with one",
    caughtBy: CLOSES,
    breakIt() {
      const ports: BroadcastPort[] = [];
      return (port) => {
        ports.push(port);
        return { ...port, close: async () => void (await Promise.all(ports.map((each) => each.close()))) };
      };
    },
  },
  {
    name: "publishes after it was closed",
    caughtBy: "close() lets publish() and subscribe() fail with the code closed",
    breakIt: () => changePort((port) => ({ close: async () => port.subscribe(SILENT) })),
  },
  {
    name: "cannot be closed twice",
    caughtBy: "close() may be repeated, and may come before connected()",
    breakIt: () => (port) => {
      let closed = false;
      return {
        ...port,
        async close() {
          if (closed) throw new Error("It is closed");
          closed = true;
          await port.close();
        },
      };
    },
  },
  {
    name: "notifies a closed listener of the end of an outage",
    caughtBy: "a listener closed during an outage gets no event at its end",
    breakIt: () => (port) => {
      let heard: BroadcastListener | undefined;
      return {
        ...changeListener((listener) => {
          heard = listener;
          return {};
        })(port),
        async close() {
          await port.close();
          heard?.connected();
        },
      };
    },
  },
];
