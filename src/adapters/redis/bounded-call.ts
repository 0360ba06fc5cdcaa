import type { Socket } from "node:net";
import type { Redis } from "ioredis";
import { type Deadline, startDeadline, startUnblockedTimer } from "../../lib/deadline.ts";
import { CacheError, type CacheOperation } from "../../ports/cache-port.ts";
import { createAbortedError } from "../decorators/cache-rules.ts";
import { replyWithoutSecrets } from "./topology/recognize-fault.ts";

export interface BoundedCall<Value> {
  readonly client: Redis;
  readonly operation: CacheOperation;
  /** How long the connection may be without progress. */
  readonly timeoutMs: number;
  /** How long the whole call may take while the connection makes progress. */
  readonly totalMs: number;
  /** Whether the call waits behind a large transfer. */
  readonly isBusy: () => boolean;
  readonly signal: AbortSignal | undefined;
  readonly send: () => Promise<Value>;
}

/**
 * Sends a command, and ends within its limits with an answer or a CacheError. A call that exceeds a limit
 * also drops the connection, unless a large transfer delays the call.
 */
export async function runBoundedCall<Value>({ send, ...call }: BoundedCall<Value>): Promise<Value> {
  const { client, operation } = call;
  if (client.status !== "ready") {
    throw new CacheError(operation, "unavailable", "no connection to Redis");
  }
  const deadline = startProgressDeadline(call);
  try {
    return await deadline.race(send());
  } catch (cause) {
    throw cause instanceof CacheError ? cause : toCacheError(call, cause);
  } finally {
    deadline.stop();
  }
}

/** Starts a deadline that is extended while the transfer makes progress, up to `totalMs`. */
function startProgressDeadline({
  client,
  operation,
  timeoutMs,
  totalMs,
  isBusy,
  signal,
}: Omit<BoundedCall<never>, "send">): Pick<Deadline, "race" | "stop"> {
  const { stream } = client;
  let traffic = readTraffic(client);
  let elapsedMs = 0;
  const onTimeout = (): CacheError | undefined => {
    elapsedMs += timeoutMs;
    const now = readTraffic(client);
    // Only progress of the call's own connection counts. The counters of a dropped connection are useless, because Bun
    // forgets the bytes that waited to be sent.
    const isSameConnection = client.stream === stream && stream.writable;
    const isMoving = isSameConnection && hasProgressed(traffic, now);
    if (isMoving && elapsedMs < totalMs) {
      traffic = now;
      return undefined;
    }
    // Only this small call fails; the large transfer before it continues.
    if (isMoving && isBusy()) {
      return new CacheError(operation, "busy", `a large transfer took more than ${timeoutMs} ms`);
    }
    // If many calls exceed their limits together, the first of these calls drops the connection.
    if (isSameConnection) client.disconnect(true);
    return new CacheError(operation, "timeout", `Redis did not answer within ${timeoutMs} ms`);
  };
  // The kernel accepts the first bytes even for a frozen server: only progress in the second half of the time limit
  // proves that the server is alive.
  const stopHalfTimer = startUnblockedTimer(timeoutMs / 2, () => {
    if (isBusy()) traffic = readTraffic(client);
  });
  const onAbort = (): CacheError => createAbortedError(operation, signal);
  const { race, stop } = startDeadline({ timeoutMs, signal, onTimeout, onAbort });
  return {
    race,
    stop() {
      stopHalfTimer();
      stop();
    },
  };
}

interface TrafficCounts {
  readonly readBytes: number;
  readonly sentBytes: number;
  readonly waitingBytes: number;
}

function readTraffic({ stream }: Redis): TrafficCounts {
  const { bytesRead = 0, bytesWritten = 0, writableLength = 0 } = stream as Partial<Socket>;
  return { readBytes: bytesRead, sentBytes: bytesWritten - writableLength, waitingBytes: writableLength };
}

/**
 * Whether the server has made progress: it has answered, or it has read bytes that waited to be sent. Bytes that are
 * sent at once prove nothing, because the kernel accepts them even for a frozen server.
 */
function hasProgressed(before: TrafficCounts, now: TrafficCounts): boolean {
  if (now.readBytes > before.readBytes) return true;
  return before.waitingBytes + now.waitingBytes > 0 && now.sentBytes > before.sentBytes;
}

/** Converts an error: a ReplyError is an answer of the server, and all other errors are from the connection. */
function toCacheError({ operation, client }: Omit<BoundedCall<never>, "send">, cause: unknown): CacheError {
  if (isErrorReply(cause)) {
    const detail = `Redis answered ${replyWithoutSecrets(cause, client.options)}`;
    return new CacheError(operation, "rejected", detail, { cause });
  }
  return new CacheError(operation, "unavailable", "the connection to Redis was lost", { cause });
}

/** Whether an error is an answer of the server, such as READONLY, and not an error of the connection. */
export function isErrorReply(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}
