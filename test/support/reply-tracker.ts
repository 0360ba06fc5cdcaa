import { RespError, type RespFrame, type RespValue } from "./read-resp.ts";

export type ReplyOutcome = "forwarded" | "closed";

export interface ReplyTracker {
  /** Settles when the whole reply to a command has been accepted, or no more replies will come. */
  expect(command: string, args: number): Promise<ReplyOutcome>;
  accept(frame: RespFrame): void;
  close(): void;
}

interface ExpectedReply {
  /** What a reply to this subscription command starts with; such a command is answered once per channel. */
  readonly confirmation: string | undefined;
  readonly settle: (outcome: ReplyOutcome) => void;
  framesLeft: number;
}

const subscriptionCommands = new Set([
  "SUBSCRIBE",
  "PSUBSCRIBE",
  "SSUBSCRIBE",
  "UNSUBSCRIBE",
  "PUNSUBSCRIBE",
  "SUNSUBSCRIBE",
]);
const messageKinds = new Set<RespValue | undefined>(["message", "pmessage", "smessage"]);

/** Knows which of a connection's incoming frames complete the reply to which command. */
export function createReplyTracker(): ReplyTracker {
  let expected: ExpectedReply[] = [];
  let isClosed = false;
  let hasSubscribed = false;

  const expect = (command: string, args: number): Promise<ReplyOutcome> => {
    if (isClosed) return Promise.resolve("closed");
    const isSubscription = subscriptionCommands.has(command);
    hasSubscribed ||= isSubscription;
    const { promise, resolve } = Promise.withResolvers<ReplyOutcome>();
    expected.push({
      confirmation: isSubscription ? command.toLowerCase() : undefined,
      settle: resolve,
      framesLeft: isSubscription ? Math.max(1, args) : 1,
    });
    return promise;
  };
  const accept = (frame: RespFrame): void => {
    const [head] = expected;
    if (head === undefined || isUnasked(frame, head)) return;
    // An error, or QUEUED in a transaction, answers all of a subscription's channels.
    head.framesLeft = isAggregate(frame) ? head.framesLeft - 1 : 0;
    if (head.framesLeft > 0) return;
    expected.shift();
    head.settle("forwarded");
  };
  const isUnasked = (frame: RespFrame, head: ExpectedReply): boolean => {
    if (!isAggregate(frame)) return false;
    const kind = firstItem(frame.value);
    if (head.confirmation !== undefined) return kind !== head.confirmation;
    return frame.type === ">" || (hasSubscribed && messageKinds.has(kind));
  };
  const close = (): void => {
    isClosed = true;
    const unanswered = expected;
    expected = [];
    for (const reply of unanswered) reply.settle("closed");
  };

  return { expect, accept, close };
}

function isAggregate(frame: RespFrame): boolean {
  return frame.type === ">" || frame.type === "*";
}

function firstItem(value: RespValue): RespValue | undefined {
  return typeof value === "object" && value !== null && !(value instanceof RespError) ? value[0] : undefined;
}
