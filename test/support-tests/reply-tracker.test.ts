import { expect, test } from "vitest";
import { readResp } from "../support/read-resp.ts";
import { createReplyTracker, type ReplyTracker } from "../support/reply-tracker.ts";

const message = "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n";

test("a tracker settles commands in the order they were sent", async () => {
  const tracker = createReplyTracker();
  const settled: string[] = [];
  tracker.expect("GET", 1).then(() => settled.push("GET"));
  const last = tracker.expect("SET", 2).then(() => settled.push("SET"));
  accept(tracker, "$-1\r\n");
  await Promise.resolve();
  await Promise.resolve();
  expect(settled).toEqual(["GET"]);
  accept(tracker, "+OK\r\n");
  await last;
  expect(settled).toEqual(["GET", "SET"]);
});

const replies: readonly (readonly [command: string, args: number, frames: readonly string[]])[] = [
  ["SUBSCRIBE", 2, [confirmation("subscribe", 1), message, confirmation("subscribe", 2)]],
  ["UNSUBSCRIBE", 0, [message, confirmation("unsubscribe", 0)]],
  ["PSUBSCRIBE", 1, [">3\r\n+message\r\n+news\r\n+hello\r\n", confirmation("psubscribe", 1)]],
  ["SUBSCRIBE", 2, ["-NOPERM no\r\n"]],
  ["SUBSCRIBE", 2, ["+QUEUED\r\n"]],
  ["GET", 1, [">2\r\n+invalidate\r\n*1\r\n+k\r\n", "$1\r\nv\r\n"]],
  ["LRANGE", 3, [message]],
];
test.each(replies)(
  "the reply to %s with %i arguments ends with the last of %j",
  async (command, args, frames) => {
    const tracker = createReplyTracker();
    let isSettled = false;
    const outcome = tracker.expect(command, args).finally(() => {
      isSettled = true;
    });
    for (const frame of frames) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(isSettled).toBe(false);
      accept(tracker, frame);
    }
    expect(await outcome).toBe("forwarded");
  },
);

test("a message to a RESP2 subscriber is no reply", async () => {
  const tracker = createReplyTracker();
  tracker.expect("SUBSCRIBE", 1);
  accept(tracker, confirmation("subscribe", 1));
  const ping = tracker.expect("PING", 0);
  accept(tracker, message);
  tracker.close();
  expect(await ping).toBe("closed");
});

test("a closed tracker expects nothing more", async () => {
  const tracker = createReplyTracker();
  tracker.close();
  expect(await tracker.expect("PING", 0)).toBe("closed");
  accept(tracker, "+PONG\r\n");
});

function confirmation(kind: string, count: number): string {
  return `*3\r\n$${kind.length}\r\n${kind}\r\n$4\r\nnews\r\n:${count}\r\n`;
}

function accept(tracker: ReplyTracker, bytes: string): void {
  const frame = readResp(Buffer.from(bytes), 0);
  if (frame === undefined) throw new Error("The frame is not whole");
  tracker.accept(frame);
}
