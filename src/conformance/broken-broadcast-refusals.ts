import type { BroadcastListener, BroadcastPort } from "../ports/broadcast-port.ts";
import {
  type BrokenBroadcast,
  changeListener,
  changePort,
  changePublish,
  nothing,
  SILENT,
} from "./broadcast-samples.ts";

const KEEPS_BYTES = "a message keeps its bytes: every byte value, no bytes, and the maximum length";
const ENDS_DELIVERY = "close() ends delivery at once, for this port only";
const FAILS_IN_OUTAGE =
  "publish() fails as unavailable or timeout during an outage, and its message never arrives";

/** Adapters with faults in calls that must fail, and in closing. */
export const BROKEN_REFUSALS: readonly BrokenBroadcast[] = [
  {
    name: "hides that a message could not be published",
    caughtBy: FAILS_IN_OUTAGE,
    breakIt: () => changePublish((publishing) => publishing.catch(nothing)),
  },
  {
    name: "throws errors of another class",
    caughtBy: FAILS_IN_OUTAGE,
    breakIt: () =>
      changePublish((publishing) =>
        publishing.catch(() => {
          throw new Error("ECONNREFUSED");
        }),
      ),
  },
  {
    name: "publishes a failed message later",
    caughtBy: FAILS_IN_OUTAGE,
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
    name: "cuts off a message that is too large",
    caughtBy: "publish() rejects a message that is too large, and delivers no part of it",
    breakIt: () =>
      changePort((port) => ({
        publish: (message, options) => port.publish(message.slice(0, 8 * 1024), options),
      })),
  },
  {
    name: "refuses a message of the largest permitted size",
    caughtBy: KEEPS_BYTES,
    breakIt: () =>
      changePort((port) => ({
        async publish(message, options) {
          if (message.length >= 8 * 1024) throw new RangeError("Too large");
          await port.publish(message, options);
        },
      })),
  },
  {
    name: "publishes after the caller's abort",
    caughtBy: "publish() with an aborted signal fails with the code aborted, and delivers nothing",
    breakIt: () => changePort((port) => ({ publish: (message) => port.publish(message) })),
  },
  {
    name: "publishes after the caller's abort, and then fails",
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
    name: "fails for every signal",
    caughtBy: "a signal that never fires, or fires after the call, has no effect",
    breakIt: () =>
      changePort((port) => ({
        publish: (message, { signal } = {}) =>
          port.publish(message, signal && { signal: AbortSignal.abort(signal.reason) }),
      })),
  },
  {
    name: "replaces the first listener by the second one",
    caughtBy: "subscribe() rejects a second listener, and keeps the first one",
    breakIt: () =>
      changePort((port) => {
        let current: BroadcastListener | undefined;
        return {
          subscribe(listener) {
            const isFirst = current === undefined;
            current = listener;
            if (!isFirst) return;
            port.subscribe({
              connected: () => current?.connected(),
              lost: (reason) => current?.lost(reason),
              message: (bytes) => current?.message(bytes),
            });
          },
        };
      }),
  },
  {
    name: "delivers after close()",
    caughtBy: ENDS_DELIVERY,
    breakIt: () => changePort(() => ({ close: async () => undefined })),
  },
  {
    name: "delivers a pending message after close()",
    caughtBy: ENDS_DELIVERY,
    breakIt: () =>
      changePort((port) => ({
        async close() {
          for (let turn = 0; turn < 5; turn++) await Promise.resolve();
          await port.close();
        },
      })),
  },
  {
    name: "calls connected() after close()",
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
    name: "closes all ports with one",
    caughtBy: ENDS_DELIVERY,
    breakIt() {
      const ports: BroadcastPort[] = [];
      return changePort((port) => {
        ports.push(port);
        return { close: async () => void (await Promise.all(ports.map((each) => each.close()))) };
      });
    },
  },
  {
    name: "publishes after close()",
    caughtBy: "publish() and subscribe() fail with the code closed after close()",
    breakIt: () => changePort((port) => ({ close: async () => port.subscribe(SILENT) })),
  },
  {
    name: "cannot be closed twice",
    caughtBy: "close() may be repeated, and may come before connected()",
    breakIt: () =>
      changePort((port) => {
        let isClosed = false;
        return {
          async close() {
            if (isClosed) throw new Error("It is closed");
            isClosed = true;
            await port.close();
          },
        };
      }),
  },
  {
    name: "calls a closed listener at the end of an outage",
    caughtBy: "a port that is closed during an outage no longer calls its listener",
    breakIt: () => (port) => {
      let closedListener: BroadcastListener | undefined;
      return {
        ...changeListener((listener) => {
          closedListener = listener;
          return {};
        })(port),
        async close() {
          await port.close();
          closedListener?.connected();
        },
      };
    },
  },
];
