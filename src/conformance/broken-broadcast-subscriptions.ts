import type { BroadcastError } from "../ports/broadcast-port.ts";
import { type BrokenBroadcast, changeListener, changePort, nothing } from "./broadcast-samples.ts";

const CONNECTS = "subscribe() calls connected() once, later, and nothing before it";
const HARMLESS = "a listener that throws or rejects is reported, hears on, and harms no other";
const OUTAGE =
  "at an outage each listener receives `lost` once, at its end `connected` once, and then messages again";

/** Adapters that report the state of the subscription wrong. */
export const BROKEN_SUBSCRIPTIONS: readonly BrokenBroadcast[] = [
  {
    name: "never says that it stands",
    caughtBy: CONNECTS,
    breakIt: () => changeListener(() => ({ connected: nothing })),
  },
  {
    name: "says twice that it stands",
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
    name: "says again with a message that it stands",
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
    name: "says from within the call that it stands",
    caughtBy: CONNECTS,
    breakIt: () =>
      changePort((port) => ({
        subscribe(listener) {
          listener.connected();
          let first = true;
          port.subscribe({
            ...listener,
            connected() {
              if (!first) listener.connected();
              first = false;
            },
          });
        },
      })),
  },
  {
    name: "says that it stands before it does",
    caughtBy: "a subscription that begins during an outage is lost first, and connected after it",
    breakIt: () =>
      changePort((port) => ({
        subscribe(listener) {
          later(() => listener.connected());
          port.subscribe({ ...listener, connected: nothing });
        },
      })),
  },
  {
    name: "does not say that it is lost",
    caughtBy: OUTAGE,
    breakIt: () => changeListener(() => ({ lost: nothing })),
  },
  {
    name: "says twice that it is lost",
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
    name: "does not come back",
    caughtBy: OUTAGE,
    breakIt: () => (port) => {
      let lostOnce = false;
      return changeListener(({ connected, message, lost }) => ({
        lost(reason) {
          lostOnce = true;
          lost(reason);
        },
        connected: () => void (!lostOnce && connected()),
        message: (bytes) => void (!lostOnce && message(bytes)),
      }))(port);
    },
  },
  {
    name: "comes back without a word",
    caughtBy: OUTAGE,
    breakIt: () => (port) => {
      let before = false;
      return changeListener(({ connected }) => ({
        connected() {
          if (!before) connected();
          before = true;
        },
      }))(port);
    },
  },
  {
    name: "gives a raw error as the reason of a loss",
    caughtBy: "the reason of a loss is a BroadcastError about listening, with a code of a loss",
    breakIt: () =>
      changeListener(({ lost }) => ({
        lost({ name, code, operation, message }) {
          lost(Object.assign(new Error(message), { name, code, operation }) as BroadcastError);
        },
      })),
  },
  {
    name: "ends with a listener that fails",
    caughtBy: HARMLESS,
    breakIt: () =>
      changeListener(({ connected, message }) => {
        const untilFailure = createUntilFailure();
        return { connected: untilFailure(connected), message: untilFailure(message) };
      }),
  },
  {
    name: "ends with a listener that fails in lost()",
    caughtBy: "a listener that throws in lost() is reported, and connected again",
    breakIt: () =>
      changeListener(({ connected, lost }) => {
        const untilFailure = createUntilFailure();
        return { connected: untilFailure(connected), lost: untilFailure(lost) };
      }),
  },
  {
    name: "hides what a listener throws",
    caughtBy: HARMLESS,
    breakIt: () =>
      changeListener((listener) => ({
        message(bytes) {
          try {
            listener.message(bytes);
          } catch {
            // The fault.
          }
        },
      })),
  },
];

/** Wraps calls so that they do nothing once one of them has failed. */
function createUntilFailure() {
  let failed = false;
  return <Given extends readonly unknown[]>(call: (...given: Given) => void) =>
    (...given: Given): void => {
      if (failed) return;
      try {
        call(...given);
      } catch (error) {
        failed = true;
        throw error;
      }
    };
}

/** What a listener throws there is the suite's own. */
function later(call: () => void): void {
  Promise.resolve().then(call).catch(nothing);
}
