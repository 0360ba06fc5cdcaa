import { BROADCAST_MESSAGE_BYTES_MAX, BroadcastError } from "../../ports/broadcast-port.ts";

/** @throws {BroadcastError} for a closed port, an aborted caller and a message that is too large */
export function requirePublishable(
  message: Uint8Array,
  { closed, signal }: { readonly closed: boolean; readonly signal: AbortSignal | undefined },
): void {
  if (closed) throw new BroadcastError("publish", "closed", "it is closed");
  if (signal?.aborted) {
    throw new BroadcastError("publish", "aborted", "the caller gave it up", { cause: signal.reason });
  }
  if (message.byteLength > BROADCAST_MESSAGE_BYTES_MAX) {
    const detail = `${message.byteLength} bytes exceed the ${BROADCAST_MESSAGE_BYTES_MAX} of a message`;
    throw new BroadcastError("publish", "too-large", detail);
  }
}
