import { BroadcastError, type BroadcastPort } from "../../ports/broadcast-port.ts";
import { type GuardedListener, guardListener, throwIfNotPublishable } from "../decorators/broadcast-rules.ts";

/** A channel inside this process. */
export interface MemoryBroadcast {
  /** Adds a member: the port of one replica. */
  join(options?: MemoryMemberOptions): BroadcastPort;
  /** Breaks the channel for all members: subscriptions are lost, and publications fail as `unavailable`. */
  cut(): void;
  /** Repairs the channel. */
  heal(): void;
}

export interface MemoryMemberOptions {
  /** Called with the errors of listeners. */
  readonly onDefect?: (error: unknown) => void;
}

/** Makes a channel that members of one process share. Messages arrive in order, in a later microtask. */
export function createMemoryBroadcast(): MemoryBroadcast {
  const listeners = new Set<GuardedListener>();
  let isCut = false;

  const notifyLater = (listener: GuardedListener, notify: (listener: GuardedListener) => void): void => {
    queueMicrotask(() => {
      if (listeners.has(listener)) notify(listener);
    });
  };
  const notifyAll = (notify: (listener: GuardedListener) => void): void => {
    for (const listener of listeners) notifyLater(listener, notify);
  };
  // The state is read now, not at the delivery: otherwise a listener would miss an outage that ends before the
  // delivery.
  const createStateNotifier = (): ((listener: GuardedListener) => void) =>
    isCut
      ? (listener) => listener.lost(new BroadcastError("subscribe", "unavailable", DISCONNECTED_DETAIL))
      : (listener) => listener.connected();

  return {
    join({ onDefect = ignoreError } = {}) {
      let ownListener: GuardedListener | undefined;
      let isClosed = false;
      return {
        async publish(message, { signal } = {}) {
          throwIfNotPublishable(message, { isClosed, signal });
          if (isCut) throw new BroadcastError("publish", "unavailable", DISCONNECTED_DETAIL);
          const bytes = new Uint8Array(message);
          notifyAll((listener) => listener.message(bytes));
        },
        subscribe(listener) {
          if (isClosed) throw new BroadcastError("subscribe", "closed", "the broadcast is closed");
          if (ownListener !== undefined) throw new TypeError("Cannot subscribe twice to one broadcast port");
          ownListener = guardListener(listener, onDefect);
          listeners.add(ownListener);
          notifyLater(ownListener, createStateNotifier());
        },
        async close() {
          isClosed = true;
          ownListener?.silence();
          if (ownListener !== undefined) listeners.delete(ownListener);
        },
      };
    },
    cut() {
      isCut = true;
      notifyAll(createStateNotifier());
    },
    heal() {
      isCut = false;
      notifyAll(createStateNotifier());
    },
  };
}

const DISCONNECTED_DETAIL = "the channel is disconnected";

function ignoreError(): void {}
