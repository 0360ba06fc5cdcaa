/** Options of a publication. */
export interface BroadcastPublishOptions {
  /** Aborts the publication; it then fails with the code `aborted`. The message may still be delivered. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The listener of a channel. Its callbacks run one at a time, never from within a call of the port, never
 * after `close()`.
 */
export interface BroadcastListener {
  /** One message, while the subscription is active. The listener may keep and change the bytes. */
  message(bytes: Uint8Array): void;
  /**
   * The subscription is active, for the first time or again. Messages may have been missed before, so the
   * listener should now read what they announced. Between two calls of `connected` there is always a call of
   * `lost`.
   */
  connected(): void;
  /**
   * The subscription is lost, and messages are being missed. The port retries by itself. It calls `lost` once when the
   * subscription breaks, or cannot be established at first, and again only when the code of the reason changes.
   *
   * @param reason with the code `unavailable`, `timeout` or `rejected`
   */
  lost(reason: BroadcastError): void;
}

/**
 * One channel for messages between replicas.
 *
 * - Delivery is at most once: a message may be lost without notice, so it can only be a hint to read something. A
 * message that was published before a subscription is never delivered to it.
 * - Messages go to every listener, the publisher's own included.
 * - A listener that throws or rejects affects no other listener; the adapter reports it as a defect.
 */
export interface BroadcastPort {
  /**
   * Delivers a message to all current listeners. It is no error if there are no listeners.
   *
   * @param message at most {@link BROADCAST_MESSAGE_BYTES_MAX} bytes; copied before this returns
   * @throws {BroadcastError} nothing was delivered; but with the codes `timeout`, `unavailable`, `aborted` and
   * `closed`, the message may have been delivered
   */
  publish(message: Uint8Array, options?: BroadcastPublishOptions): Promise<void>;

  /**
   * Subscribes, and keeps the subscription through every outage until `close()`. Returns at once: `connected` reports
   * that the subscription is established.
   *
   * @throws {BroadcastError} with the code `closed`
   * @throws {TypeError} when the port has a listener already
   */
  subscribe(listener: BroadcastListener): void;

  /** Ends the subscription and releases the adapter's resources. Closing twice is no error. */
  close(): Promise<void>;
}

/** The largest message, in bytes. */
export const BROADCAST_MESSAGE_BYTES_MAX = 8 * 1024;

/**
 * Why a message could not be published, or no subscription is active.
 *
 * - `unavailable`: no connection, or it broke
 * - `timeout`: no answer within the deadline
 * - `rejected`: the server answered with an error, such as NOPERM
 * - `too-large`: the message exceeds {@link BROADCAST_MESSAGE_BYTES_MAX}
 * - `aborted`: the caller's signal fired; its reason is the `cause`
 * - `closed`: the port was closed
 */
export type BroadcastErrorCode = "aborted" | "closed" | "rejected" | "timeout" | "too-large" | "unavailable";

/** The one error that a {@link BroadcastPort} fails with. */
export class BroadcastError extends Error {
  override readonly name = "BroadcastError";
  readonly code: BroadcastErrorCode;
  readonly operation: BroadcastOperation;

  constructor(
    operation: BroadcastOperation,
    code: BroadcastErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot ${OPERATION_TEXTS[operation]}: ${detail}`, options);
    this.code = code;
    this.operation = operation;
  }
}

/** The operations of a {@link BroadcastPort}, as errors and metrics name them. */
export type BroadcastOperation = "publish" | "subscribe";

const OPERATION_TEXTS: Readonly<Record<BroadcastOperation, string>> = {
  publish: "announce to other replicas",
  subscribe: "subscribe to announcements",
};
