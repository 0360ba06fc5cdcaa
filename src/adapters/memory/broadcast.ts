import { BroadcastError, type BroadcastPort } from "../../ports/broadcast-port.ts";
import { type GuardedListener, guardListener, requirePublishable } from "../decorators/broadcast-rules.ts";

/** A channel inside this process. */
export interface MemoryBroadcast {
  /** A separate member of the channel, as each replica is. */
  join(options?: MemoryMemberOptions): BroadcastPort;
  /** Breaks the channel for all members: subscriptions are lost, and publications fail as `unavailable`. */
  cut(): void;
  /** Repairs the channel. */
  mend(): void;
}

export interface MemoryMemberOptions {
  /** Gets the errors of listeners. */
  readonly onDefect?: (error: unknown) => void;
}

/** Makes a channel that members of one process share. It delivers in order, in a later turn. */
export function createMemoryBroadcast(): MemoryBroadcast {
  const listeners = new Set<GuardedListener>();
  let whole = true;

  const soon = (listener: GuardedListener, tell: (listener: GuardedListener) => void): void => {
    queueMicrotask(() => {
      if (listeners.has(listener)) tell(listener);
    });
  };
  const soonAll = (tell: (listener: GuardedListener) => void): void => {
    for (const listener of listeners) soon(listener, tell);
  };
  // The state at the time of the call: a listener gets both ends of a short outage.
  const stateTeller = (): ((listener: GuardedListener) => void) =>
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
          soonAll((listener) => listener.message(bytes));
        },
        subscribe(listener) {
          if (closed) throw new BroadcastError("subscribe", "closed", "it is closed");
          if (own !== undefined) throw new TypeError("Cannot subscribe twice to one broadcast port");
          own = guardListener(listener, onDefect);
          listeners.add(own);
          soon(own, stateTeller());
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
      soonAll(stateTeller());
    },
    mend() {
      whole = true;
      soonAll(stateTeller());
    },
  };
}

const CUT = "the channel is cut";

function ignore(): void {}
