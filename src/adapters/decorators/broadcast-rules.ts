import {
  BROADCAST_MESSAGE_BYTES_MAX,
  BroadcastError,
  type BroadcastListener,
} from "../../ports/broadcast-port.ts";

/** A listener as adapters call it: on every event, repeated ones included. */
export interface GuardedListener extends BroadcastListener {
  /** Ends all delivery. */
  silence(): void;
}

/**
 * Keeps the port's promises to a listener: it is called on changes only, gets its own copy of the bytes while the
 * subscription is active, and its failures do not leave the callback.
 */
export function guardListener(
  listener: BroadcastListener,
  onDefect: (error: unknown) => void,
): GuardedListener {
  let state: "new" | "silent" | "standing" | BroadcastError["code"] = "new";

  // Covers throws, rejections of an asynchronous listener, and an `onDefect` callback that throws.
  const notify = (call: () => unknown): void => {
    (async () => call())().catch(onDefect).catch(ignore);
  };

  return {
    message(bytes) {
      if (state !== "standing" || bytes.byteLength > BROADCAST_MESSAGE_BYTES_MAX) return;
      notify(() => listener.message(new Uint8Array(bytes)));
    },
    connected() {
      if (state === "standing" || state === "silent") return;
      state = "standing";
      notify(() => listener.connected());
    },
    lost(reason) {
      if (state === reason.code || state === "silent") return;
      state = reason.code;
      notify(() => listener.lost(reason));
    },
    silence() {
      state = "silent";
    },
  };
}

function ignore(): void {}

/** @throws {BroadcastError} for a closed port, an aborted caller and a message that is too large */
export function requirePublishable(
  message: Uint8Array,
  { closed, signal }: { readonly closed: boolean; readonly signal: AbortSignal | undefined },
): void {
  if (closed) throw new BroadcastError("publish", "closed", "it is closed");
  if (signal?.aborted) {
    throw new BroadcastError("publish", "aborted", "aborted by the caller", { cause: signal.reason });
  }
  if (message.byteLength > BROADCAST_MESSAGE_BYTES_MAX) {
    const detail = `${message.byteLength} bytes exceed the limit of ${BROADCAST_MESSAGE_BYTES_MAX}`;
    throw new BroadcastError("publish", "too-large", detail);
  }
}
