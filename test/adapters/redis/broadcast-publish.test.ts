import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createRedisBroadcast } from "../../../src/adapters/redis/broadcast.ts";
import { failureOf, publishAndWait } from "../../../src/conformance/broadcast-samples.ts";
import { bytes } from "../../../src/conformance/cache-samples.ts";
import { BROADCAST_MESSAGE_BYTES_MAX, BroadcastError } from "../../../src/ports/broadcast-port.ts";
import { untilReady } from "../../support/connect-redis.ts";
import { createTestSubscriber } from "../../support/redis-broadcast-harness.ts";
import { gatherRedisMembers, type RedisMember } from "../../support/redis-broadcast-members.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { keepTimersCleared } from "../../support/stay-cleared.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

/** Nothing answers within it: only for publications that cannot be answered. */
const HASTY = { deadlineMs: 40 };
const NO_CONNECTION = "unavailable: Cannot announce to other replicas: no connection to Redis";
const LATE = "timeout: Cannot announce to other replicas: Redis did not answer within 40 ms";
const BROKE = "unavailable: Cannot announce to other replicas: the connection to Redis was lost";
const CLOSED = "closed: Cannot announce to other replicas: the broadcast is closed";

let redis: RedisServer;
let proxy: TcpProxy;
const members = gatherRedisMembers("mosaic:events");
beforeEach(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy({ targetPort: redis.port });
});
afterEach(async () => {
  redis.thaw();
  await members.close();
  await proxy.close();
  await redis.stop();
});

/** A member whose publisher goes through the proxy, and only that. */
async function joinProxied(options = {}): Promise<RedisMember> {
  const publisherUrl = `redis://127.0.0.1:${proxy.port}/0`;
  const member = await members.join({ publisherUrl, subscriberUrl: redis.url }, options);
  member.port.subscribe(member.listener);
  await member.listener.untilCalled("connected");
  return member;
}

async function outcomeOf(publishing: Promise<void>): Promise<string> {
  const error = await failureOf(() => publishing);
  return error instanceof BroadcastError ? `${error.code}: ${error.message}` : `no failure: ${String(error)}`;
}

describe("createRedisBroadcast() publishing", () => {
  test("a frozen server makes it late, and what waits arrives after the thaw over the same connection", async () => {
    const member = await joinProxied(HASTY);
    const id = await member.publisher.client("ID");
    redis.freeze();
    const both = [member.port.publish(bytes("1")), member.port.publish(bytes("2"))].map(outcomeOf);
    expect(await Promise.all(both)).toEqual([LATE, LATE]);
    redis.thaw();
    await member.listener.untilCalled("message 2");
    expect(await member.publisher.client("ID")).toBe(id);
    expect(member.listener.calls).toEqual(["connected", "message 1", "message 2"]);
  });

  test("a server that owes too many answers gets no more messages until it has given them", async () => {
    const member = await joinProxied(HASTY);
    proxy.pause();
    const first = Array.from({ length: 100 }, (_, index) =>
      outcomeOf(member.port.publish(bytes(`${index}`))),
    );
    expect([...new Set(await Promise.all(first))]).toEqual([LATE]);
    expect(await outcomeOf(member.port.publish(bytes("too many")))).toBe(
      "unavailable: Cannot announce to other replicas: Redis has not answered 100 earlier publications",
    );
    proxy.resume();
    await member.publisher.ping();
    await redis.command("PUBLISH", "mosaic:events", "end");
    await member.listener.untilCalled("message end");
    expect(member.listener.calls).toHaveLength(102);
  });

  test("bytes that change while they wait to be sent are sent as they were", async () => {
    const member = await joinProxied();
    const message = bytes("before");
    member.publisher.stream.cork();
    const publishing = member.port.publish(message);
    message.fill(0);
    member.publisher.stream.uncork();
    await publishing;
    await member.listener.untilCalled("message before");
  });

  test("a connection that breaks makes it unavailable", async () => {
    const member = await joinProxied();
    proxy.resetMidReply(1);
    expect(await outcomeOf(member.port.publish(bytes("1")))).toBe(BROKE);
    await untilReady(member.publisher);
    await publishAndWait("2", member);
  });

  test("an abort ends it at once, and leaves the connection to the others", async () => {
    const member = await joinProxied();
    const id = await member.publisher.client("ID");
    proxy.pause();
    const controller = new AbortController();
    const publishing = failureOf(() => member.port.publish(bytes("1"), { signal: controller.signal }));
    const reason = new Error("The caller has left");
    controller.abort(reason);
    expect(await publishing).toMatchObject({ name: "BroadcastError", code: "aborted", cause: reason });
    proxy.resume();
    expect(await member.publisher.client("ID")).toBe(id);
  });

  test("close() ends it as closed, and leaves the publisher's connection as it is", async () => {
    const member = await joinProxied();
    const id = await member.publisher.client("ID");
    proxy.pause();
    const publishing = outcomeOf(member.port.publish(bytes("1")));
    await member.port.close();
    expect(await publishing).toBe(CLOSED);
    proxy.resume();
    expect(await member.publisher.client("ID")).toBe(id);
    expect(member.listener.calls).toEqual(["connected"]);
  });

  test("a server that stops answers as unavailable, whoever listens", async () => {
    const member = await joinProxied();
    const closed = new Promise((resolve) => member.publisher.once("close", resolve));
    await redis.kill();
    await closed;
    expect(await outcomeOf(member.port.publish(bytes("1")))).toBe(NO_CONNECTION);
  });
});

describe("createRedisBroadcast() and other programs", () => {
  test("what they publish is delivered, unless it is larger than a message may be", async () => {
    const member = await joinProxied();
    const largest = "x".repeat(BROADCAST_MESSAGE_BYTES_MAX);
    for (const text of [`${largest}x`, largest, ""]) await redis.command("PUBLISH", "mosaic:events", text);
    await publishAndWait("end", member);
    const calls = ["connected", `message ${largest}`, "message ", "message end"];
    expect(member.listener.calls).toEqual(calls);
  });

  test("what else the subscriber's connection hears is not delivered", async () => {
    const member = await joinProxied();
    await member.subscriber.subscribe("mosaic:other");
    await redis.command("PUBLISH", "mosaic:other", "another channel");
    await publishAndWait("end", member);
    expect(member.listener.calls).toEqual(["connected", "message end"]);
  });

  test("a pattern in the name of the channel is only a name", async () => {
    const odd = gatherRedisMembers("mosaic:*?[e]");
    const member = await odd.join({ publisherUrl: redis.url });
    member.port.subscribe(member.listener);
    await member.listener.untilCalled("connected");
    await redis.command("PUBLISH", "mosaic:events", "another channel");
    await publishAndWait("end", member);
    expect(member.listener.calls).toEqual(["connected", "message end"]);
    await odd.close();
  });
});

describe("createRedisBroadcast() after close()", () => {
  test("no timer is left, whatever was going on", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
    keepTimersCleared();
    try {
      const standing = await joinProxied();
      const waiting = await joinProxied();
      await redis.command("CLIENT", "KILL", "TYPE", "pubsub");
      await Promise.all([standing, waiting].map(({ listener }) => listener.untilCalled("lost unavailable")));
      const reconnecting = vi.getTimerCount();
      expect(reconnecting).toBeGreaterThan(0);
      vi.advanceTimersByTime(1000);
      await standing.listener.untilCalled("connected", 2);
      expect(vi.getTimerCount()).toBeGreaterThan(0);
      proxy.pause();
      const publishing = outcomeOf(standing.port.publish(bytes("1")));
      await Promise.all([standing.port.close(), waiting.port.close()]);
      expect(await publishing).toBe(CLOSED);
      await Promise.all([standing, waiting].map(({ subscriber }) => untilEnded(subscriber)));
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a port that never listened leaves nothing, and its subscriber was never connected", async () => {
    const { publisher } = await members.join({ publisherUrl: redis.url });
    const subscriber = createTestSubscriber(redis.url);
    const port = createRedisBroadcast({ publisher, subscriber, channel: "mosaic:events" });
    await port.publish(bytes("1"));
    expect(subscriber.status).toBe("wait");
    await port.close();
    await untilEnded(subscriber);
    expect(await publisher.ping()).toBe("PONG");
  });
});

async function untilEnded(subscriber: RedisMember["subscriber"]): Promise<void> {
  if (subscriber.status === "end") return;
  await new Promise<void>((resolve) => subscriber.once("end", () => resolve()));
}
