import type { Redis } from "ioredis";
import { requireTimes, startDeadline } from "../../lib/deadline.ts";
import { BroadcastError, type BroadcastPort } from "../../ports/broadcast-port.ts";
import { type GuardedListener, guardListener, throwIfNotPublishable } from "../decorators/broadcast-rules.ts";
import { isErrorReply } from "./bounded-call.ts";
import { createRefusalError, keepSubscribed, type SubscriptionOptions } from "./subscription.ts";

/** Connections and time limits of a channel in Redis. */
export interface RedisBroadcastOptions extends SubscriptionOptions {
  /** The client for publications, which also sends other commands; the caller closes it. */
  readonly publisher: Redis;
  /** How long one publication may take, in milliseconds. */
  readonly deadlineMs?: number;
  /** Called with the errors of the listener. */
  readonly onDefect?: (error: unknown) => void;
}

const DEADLINE_MS = 500;
/**
 * Maximum number of unanswered publications. They are limited, because they wait in the client even after their
 * timeout.
 */
const UNANSWERED_MAX = 100;

/**
 * Makes a port for a channel of Redis: PUBLISH over the shared connection, SUBSCRIBE over a separate one.
 *
 * Both clients come from `createRedisPair` or `createRedisClient`. The client `subscriber` is connected here when a
 * listener subscribes, reconnected when the server is silent, and closed with the port. The connection of `publisher`
 * is never dropped here, because a late announcement must not break the other commands on that connection.
 */
export function createRedisBroadcast(options: RedisBroadcastOptions): BroadcastPort {
  const { publisher, subscriber, channel, deadlineMs = DEADLINE_MS, onDefect = ignoreError } = options;
  requireTimes({ deadlineMs });
  const pendingPublications = new Set<(reason: BroadcastError) => void>();
  let unanswered = 0;
  let guardedListener: GuardedListener | undefined;
  let stopListening = ignoreError;
  let isClosed = false;
  const send = async (bytes: Buffer): Promise<void> => {
    unanswered += 1;
    try {
      await publisher.publish(channel, bytes);
    } finally {
      unanswered -= 1;
    }
  };
  // Without an error listener, the client prints its errors to the console.
  subscriber.on("error", ignoreError);

  return {
    async publish(message, { signal } = {}) {
      throwIfNotPublishable(message, { isClosed, signal });
      if (publisher.status !== "ready") {
        throw new BroadcastError("publish", "unavailable", "no connection to Redis");
      }
      if (unanswered >= UNANSWERED_MAX) {
        throw new BroadcastError(
          "publish",
          "unavailable",
          `Redis has not answered ${unanswered} earlier publications`,
        );
      }
      // The bytes are copied, because the caller may change them before they are sent.
      await waitUntilPublished({
        sending: send(Buffer.from(message)),
        deadlineMs,
        signal,
        pendingPublications,
        publisher,
      });
    },

    subscribe(listener) {
      if (isClosed) throw new BroadcastError("subscribe", "closed", "the broadcast is closed");
      if (guardedListener !== undefined) throw new TypeError("Cannot subscribe twice to one broadcast port");
      guardedListener = guardListener(listener, onDefect);
      stopListening = keepSubscribed(guardedListener, options);
    },

    async close() {
      if (isClosed) return;
      isClosed = true;
      guardedListener?.silence();
      stopListening();
      subscriber.disconnect();
      for (const reject of pendingPublications)
        reject(new BroadcastError("publish", "closed", "the broadcast is closed"));
    },
  };
}

interface PendingMessage {
  readonly sending: Promise<void>;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  /** The functions that end the pending publications when the port is closed. */
  readonly pendingPublications: Set<(reason: BroadcastError) => void>;
  readonly publisher: Redis;
}

async function waitUntilPublished({
  sending,
  deadlineMs,
  signal,
  pendingPublications,
  publisher,
}: PendingMessage): Promise<void> {
  const deadline = startDeadline({
    timeoutMs: deadlineMs,
    signal,
    onTimeout: () => new BroadcastError("publish", "timeout", `Redis did not answer within ${deadlineMs} ms`),
    onAbort: (cause) => new BroadcastError("publish", "aborted", "aborted by the caller", { cause }),
  });
  pendingPublications.add(deadline.fail);
  try {
    await deadline.race(sending);
  } catch (cause) {
    throw cause instanceof BroadcastError ? cause : toBroadcastError(cause, publisher);
  } finally {
    deadline.stop();
    pendingPublications.delete(deadline.fail);
  }
}

/** Converts an error: a ReplyError is an answer of the server, and all other errors are from the connection. */
function toBroadcastError(cause: unknown, publisher: Redis): BroadcastError {
  if (isErrorReply(cause)) return createRefusalError("publish", cause, publisher);
  return new BroadcastError("publish", "unavailable", "the connection to Redis was lost", { cause });
}

function ignoreError(): void {}
