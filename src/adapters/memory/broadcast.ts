import { BroadcastError, type BroadcastPort } from "../../ports/broadcast-port.ts";
import { type GuardedListener, guardListener, requirePublishable } from "../decorators/broadcast-rules.ts";

/** A channel inside this process. */
export interface MemoryBroadcast {
  /** Adds a member, as one replica would. */
  join(options?: MemoryMemberOptions): BroadcastPort;
  /** Breaks the channel for all members: subscriptions are lost, and publications fail as `unavailable`. */
  cut(): void;
  /** Repairs the channel. */
  heal(): void;
}

export interface MemoryMemberOptions {
  /** Gets the errors of listeners. */
  readonly onDefect?: (error: unknown) => void;
}

/** Makes a channel that members of one process share. It delivers in order, in a later turn. */
export function createMemoryBroadcast(): MemoryBroadcast {
  const listeners = new Set<GuardedListener>();
  let whole = true;

  const notifyLater = (listener: GuardedListener, notify: (listener: GuardedListener) => void): void => {
    queueMicrotask(() => {
      if (listeners.has(listener)) notify(listener);
    });
  };
  const notifyAll = (notify: (listener: GuardedListener) => void): void => {
    for (const listener of listeners) notifyLater(listener, notify);
  };
  // The state at the time of the call: a listener gets both ends of a short outage.
  const stateNotifier = (): ((listener: GuardedListener) => void) =>
    whole
      ? (listener) => listener.connected()
      : (listener) => listener.lost(new BroadcastError("subscribe", "unavailable", CUT));

  return {
    join({ onDefect = ignore } = {}) {
      let own: GuardedListener | undefined;
      let closed = false;
      return {
        async publish(message, { signal } = {}) {
          requirePublishable(message, { closed, signal });
          if (!whole) throw new BroadcastError("publish", "unavailable", CUT);
          const bytes = new Uint8Array(message);
          notifyAll((listener) => listener.message(bytes));
        },
        subscribe(listener) {
          if (closed) throw new BroadcastError("subscribe", "closed", "it is closed");
          if (own !== undefined) throw new TypeError("Cannot subscribe twice to one broadcast port");
          own = guardListener(listener, onDefect);
          listeners.add(own);
          notifyLater(own, stateNotifier());
        },
        async close() {
          closed = true;
          own?.silence();
          if (own !== undefined) listeners.delete(own);
        },
      };
    },
    cut() {
      whole = false;
      notifyAll(stateNotifier());
    },
    heal() {
      whole = true;
      notifyAll(stateNotifier());
    },
  };
}

const CUT = "the channel is cut";

function ignore(): void {}
