import {
  BROADCAST_MESSAGE_BYTES_MAX,
  BroadcastError,
  type BroadcastListener,
} from "../../ports/broadcast-port.ts";

/** A wrapped listener. Adapters may call it on every event, because it does not pass on a repeated state. */
export interface GuardedListener extends BroadcastListener {
  /** Ends all delivery. */
  silence(): void;
}

/**
 * Wraps a listener so that it is called as the port promises: only on changes of the state, with its own copy of each
 * message, and only while the subscription is active. Errors of the listener go to `onDefect`.
 */
export function guardListener(
  listener: BroadcastListener,
  onDefect: (error: unknown) => void,
): GuardedListener {
  let state: "new" | "silenced" | "connected" | BroadcastError["code"] = "new";

  // Also handles an asynchronous listener that rejects, and an `onDefect` that throws.
  const notify = (call: () => unknown): void => {
    (async () => call())().catch(onDefect).catch(ignoreError);
  };

  return {
    message(bytes) {
      if (state !== "connected" || bytes.byteLength > BROADCAST_MESSAGE_BYTES_MAX) return;
      notify(() => listener.message(new Uint8Array(bytes)));
    },
    connected() {
      if (state === "connected" || state === "silenced") return;
      state = "connected";
      notify(() => listener.connected());
    },
    lost(reason) {
      if (state === reason.code || state === "silenced") return;
      state = reason.code;
      notify(() => listener.lost(reason));
    },
    silence() {
      state = "silenced";
    },
  };
}

function ignoreError(): void {}

/** @throws {BroadcastError} for a closed port, an aborted caller and a message that is too large */
export function throwIfNotPublishable(
  message: Uint8Array,
  { isClosed, signal }: { readonly isClosed: boolean; readonly signal: AbortSignal | undefined },
): void {
  if (isClosed) throw new BroadcastError("publish", "closed", "the broadcast is closed");
  if (signal?.aborted) {
    throw new BroadcastError("publish", "aborted", "aborted by the caller", { cause: signal.reason });
  }
  if (message.byteLength > BROADCAST_MESSAGE_BYTES_MAX) {
    const detail = `${message.byteLength} bytes exceed the limit of ${BROADCAST_MESSAGE_BYTES_MAX}`;
    throw new BroadcastError("publish", "too-large", detail);
  }
}
