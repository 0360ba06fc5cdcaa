import {
  BROADCAST_MESSAGE_BYTES_MAX,
  type BroadcastError,
  type BroadcastListener,
} from "../../ports/broadcast-port.ts";

/** A listener as adapters call it: whenever something happens, however often. */
export interface GuardedListener extends BroadcastListener {
  /** Nothing is delivered any more. */
  silence(): void;
}

/**
 * Keeps the promises of the port to a listener: it hears of changes only, gets bytes of its own while the subscription
 * stands, and its failures end with the callback.
 */
export function guardListener(
  listener: BroadcastListener,
  onDefect: (error: unknown) => void,
): GuardedListener {
  let state: "new" | "silent" | "standing" | BroadcastError["code"] = "new";

  // What it throws and what it rejects with, should it be asynchronous; and a report that fails is nobody's harm either.
  const tell = (call: () => unknown): void => {
    (async () => call())().catch(onDefect).catch(ignore);
  };

  return {
    message(bytes) {
      if (state !== "standing" || bytes.byteLength > BROADCAST_MESSAGE_BYTES_MAX) return;
      tell(() => listener.message(new Uint8Array(bytes)));
    },
    connected() {
      if (state === "standing" || state === "silent") return;
      state = "standing";
      tell(() => listener.connected());
    },
    lost(reason) {
      if (state === reason.code || state === "silent") return;
      state = reason.code;
      tell(() => listener.lost(reason));
    },
    silence() {
      state = "silent";
    },
  };
}

function ignore(): void {}
