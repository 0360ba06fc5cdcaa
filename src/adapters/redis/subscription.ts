import type { Socket } from "node:net";
import type { Redis } from "ioredis";
import { jitteredBackoffMs } from "../../lib/backoff.ts";
import {
  BroadcastError,
  type BroadcastListener,
  type BroadcastOperation,
} from "../../ports/broadcast-port.ts";
import { isErrorReply } from "./bounded-call.ts";
import { replyWithoutSecrets } from "./topology/recognize-fault.ts";

/** The connection and the time limits of a subscription, in milliseconds. */
export interface SubscriptionOptions {
  /** A client that is used for this subscription only. */
  readonly subscriber: Redis;
  readonly channel: string;
  /**
   * The interval of checks. The first check and then every sixth check send a ping to the server. After two checks
   * without any response the connection is dropped.
   */
  readonly heartbeatMs?: number;
  /** The longest pause between two attempts to subscribe while the server refuses. */
  readonly refusalPauseMsMax?: number;
  /** Returns a number from 0 to 1, which spreads the attempts of a fleet. */
  readonly random?: () => number;
}

const HEARTBEAT_MS = 500;
const SILENT_HEARTBEATS_MAX = 2;
/**
 * Pings are rare, because every replica sends them, and they only detect a server that stops answering
 * without closing the connection.
 */
const HEARTBEATS_PER_PING = 6;
const REFUSAL_PAUSE_MS_MIN = 250;
const REFUSAL_PAUSE_MS_MAX = 10_000;

/**
 * Subscribes whenever the client is ready, and calls the listener on connects, losses and messages.
 *
 * @returns a stop function, which leaves the client open
 */
export function keepSubscribed(listener: BroadcastListener, options: SubscriptionOptions): () => void {
  const { subscriber, channel } = options;
  // The client must not resubscribe by itself: the answer would be lost, and a refusal would end the process.
  subscriber.options.autoResubscribe = false;
  let session: SubscriptionSession | undefined;
  let lastError: Error | undefined;

  const onReady = (): void => {
    session?.stop();
    lastError = undefined;
    session = startSession(listener, options);
  };
  const onClose = (): void => {
    // If the session ended by itself, it has already reported the reason.
    if (session?.hasEnded() !== true) listener.lost(createDisconnectionError(lastError, subscriber));
    session?.stop();
    session = undefined;
    lastError = undefined;
  };
  const onError = (error: Error): void => {
    lastError = error;
  };
  const onMessage = (name: Buffer, bytes: Buffer): void => {
    if (name.toString() === channel) listener.message(bytes);
  };
  subscriber.on("ready", onReady).on("close", onClose).on("error", onError).on("messageBuffer", onMessage);
  if (subscriber.status === "ready") onReady();
  else if (subscriber.status === "wait") subscriber.connect().catch(ignoreError);

  return () => {
    session?.stop();
    subscriber.off("ready", onReady).off("close", onClose).off("error", onError);
    subscriber.off("messageBuffer", onMessage);
  };
}

/** A subscription over one connection, until the connection closes or is dropped. */
interface SubscriptionSession {
  hasEnded(): boolean;
  stop(): void;
}

function startSession(listener: BroadcastListener, options: SubscriptionOptions): SubscriptionSession {
  const { subscriber, channel, heartbeatMs = HEARTBEAT_MS } = options;
  let isStopped = false;
  let refusals = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const stop = (): void => {
    isStopped = true;
    clearTimeout(retry);
    stopHeartbeat();
  };
  const subscribe = async (): Promise<void> => {
    try {
      await subscriber.subscribe(channel);
      if (!isStopped) listener.connected();
    } catch (cause) {
      // Other errors mean that the connection is closed, which the event `close` reports.
      if (isStopped || !isErrorReply(cause)) return;
      listener.lost(createRefusalError("subscribe", cause, subscriber));
      retry = setTimeout(subscribe, refusalPauseMs(refusals, options));
      refusals += 1;
    }
  };
  const stopHeartbeat = startHeartbeat(subscriber, heartbeatMs, () => {
    stop();
    const detail = `Redis sent nothing for ${SILENT_HEARTBEATS_MAX * heartbeatMs} ms`;
    listener.lost(new BroadcastError("subscribe", "timeout", detail));
    subscriber.disconnect(true);
  });
  void subscribe();
  return { hasEnded: () => isStopped, stop };
}

/** Detects a server that is frozen or cut off. Such a server does not close the connection, it only stops answering. */
function startHeartbeat(client: Redis, heartbeatMs: number, onSilent: () => void): () => void {
  let isPingPending = false;
  let silentBeats = 0;
  let beatsToPing = 1;
  let read = receivedBytes(client);
  const timer = setInterval(() => {
    const readBefore = read;
    read = receivedBytes(client);
    // One silent interval proves nothing: after a pause of this process, the timer may fire before an answer
    // is read.
    silentBeats = isPingPending && read === readBefore ? silentBeats + 1 : 0;
    beatsToPing -= 1;
    if (silentBeats >= SILENT_HEARTBEATS_MAX) {
      onSilent();
    } else if (!isPingPending && beatsToPing <= 0) {
      isPingPending = true;
      beatsToPing = HEARTBEATS_PER_PING;
      const onAnswer = (): void => {
        isPingPending = false;
      };
      // A refused ping counts as an answer: it also proves that the server is alive.
      client.ping().then(onAnswer, onAnswer);
    }
  }, heartbeatMs);
  return () => clearInterval(timer);
}

function receivedBytes({ stream }: Redis): number {
  return (stream as Partial<Socket>).bytesRead ?? 0;
}

function refusalPauseMs(refusals: number, options: SubscriptionOptions): number {
  const { refusalPauseMsMax = REFUSAL_PAUSE_MS_MAX, random = Math.random } = options;
  return jitteredBackoffMs(refusals, { minMs: REFUSAL_PAUSE_MS_MIN, maxMs: refusalPauseMsMax }, random());
}

/** The error of an operation that the server has answered with an error. */
export function createRefusalError(
  operation: BroadcastOperation,
  cause: Error,
  { options }: Redis,
): BroadcastError {
  const detail = `Redis answered ${replyWithoutSecrets(cause, options)}`;
  return new BroadcastError(operation, "rejected", detail, { cause });
}

/**
 * The reason of a closed connection: a server that refuses the user sends an error reply before it closes the
 * connection.
 */
function createDisconnectionError(cause: Error | undefined, subscriber: Redis): BroadcastError {
  if (isErrorReply(cause)) return createRefusalError("subscribe", cause, subscriber);
  return new BroadcastError("subscribe", "unavailable", "no connection to Redis", { cause });
}

function ignoreError(): void {}
