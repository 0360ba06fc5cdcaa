import type { BroadcastError } from "../ports/broadcast-port.ts";
import { type BrokenBroadcast, callLater, changeListener, changePort, nothing } from "./broadcast-samples.ts";

const CONNECTS = "subscribe() calls connected() once, asynchronously, and before any other callback";
const HARMLESS =
  "a listener that throws or rejects is reported, gets further messages, and does not affect others";
const OUTAGE = "an outage calls lost() once, its end calls connected() once, and messages arrive again";

/** Adapters with faults in the calls of `connected()` and `lost()`. */
export const BROKEN_SUBSCRIPTIONS: readonly BrokenBroadcast[] = [
  {
    name: "never calls connected()",
    caughtBy: CONNECTS,
    breakIt: () => changeListener(() => ({ connected: nothing })),
  },
  {
    name: "calls connected() twice",
    caughtBy: CONNECTS,
    breakIt: () =>
      changeListener(({ connected }) => ({
        connected() {
          connected();
          connected();
        },
      })),
  },
  {
    name: "calls connected() again with each message",
    caughtBy: CONNECTS,
    breakIt: () =>
      changeListener(({ connected, message }) => ({
        message(bytes) {
          connected();
          message(bytes);
        },
      })),
  },
  {
    name: "calls connected() synchronously",
    caughtBy: CONNECTS,
    breakIt: () =>
      changePort((port) => ({
        subscribe(listener) {
          listener.connected();
          let isFirst = true;
          port.subscribe({
            ...listener,
            connected() {
              if (!isFirst) listener.connected();
              isFirst = false;
            },
          });
        },
      })),
  },
  {
    name: "calls connected() during an outage",
    caughtBy:
      "a subscription that begins during an outage calls lost() first, and connected() after the outage",
    breakIt: () =>
      changePort((port) => ({
        subscribe(listener) {
          callLater(() => listener.connected());
          port.subscribe({ ...listener, connected: nothing });
        },
      })),
  },
  {
    name: "never calls lost()",
    caughtBy: OUTAGE,
    breakIt: () => changeListener(() => ({ lost: nothing })),
  },
  {
    name: "calls lost() twice",
    caughtBy: OUTAGE,
    breakIt: () =>
      changeListener(({ lost }) => ({
        lost(reason) {
          lost(reason);
          lost(reason);
        },
      })),
  },
  {
    name: "does not recover after an outage",
    caughtBy: OUTAGE,
    breakIt: () => (port) => {
      let hasLost = false;
      return changeListener(({ connected, message, lost }) => ({
        lost(reason) {
          hasLost = true;
          lost(reason);
        },
        connected: () => void (!hasLost && connected()),
        message: (bytes) => void (!hasLost && message(bytes)),
      }))(port);
    },
  },
  {
    name: "recovers without a call of connected()",
    caughtBy: OUTAGE,
    breakIt: () => (port) => {
      let hasConnected = false;
      return changeListener(({ connected }) => ({
        connected() {
          if (!hasConnected) connected();
          hasConnected = true;
        },
      }))(port);
    },
  },
  {
    name: "gives lost() an error of another class",
    caughtBy: "lost() gets a BroadcastError of subscribe(), with a code of a lost connection",
    breakIt: () =>
      changeListener(({ lost }) => ({
        lost({ name, code, operation, message }) {
          lost(Object.assign(new Error(message), { name, code, operation }) as BroadcastError);
        },
      })),
  },
  {
    name: "stops after a listener has thrown",
    caughtBy: HARMLESS,
    breakIt: () =>
      changeListener(({ connected, message }) => {
        const untilFailure = createUntilFailure();
        return { connected: untilFailure(connected), message: untilFailure(message) };
      }),
  },
  {
    name: "stops after a listener has thrown in lost()",
    caughtBy: "a listener that throws in lost() is reported, and its connected() is called after the outage",
    breakIt: () =>
      changeListener(({ connected, lost }) => {
        const untilFailure = createUntilFailure();
        return { connected: untilFailure(connected), lost: untilFailure(lost) };
      }),
  },
  {
    name: "hides the errors of a listener",
    caughtBy: HARMLESS,
    breakIt: () =>
      changeListener((listener) => ({
        message(bytes) {
          try {
            listener.message(bytes);
          } catch {
            // The fault of this adapter: it ignores the error.
          }
        },
      })),
  },
];

/** Makes a function that wraps calls: once a wrapped call has failed, all wrapped calls do nothing. */
function createUntilFailure() {
  let hasFailed = false;
  return <Given extends readonly unknown[]>(call: (...given: Given) => void) =>
    (...given: Given): void => {
      if (hasFailed) return;
      try {
        call(...given);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    };
}
