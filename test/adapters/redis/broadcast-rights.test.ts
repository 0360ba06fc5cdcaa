import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { failureOf, publishAndWait } from "../../../src/conformance/broadcast-samples.ts";
import { bytes } from "../../../src/conformance/cache-samples.ts";
import { gatherRedisMembers, type RedisMember } from "../../support/redis-broadcast-members.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { keepTimersCleared } from "../../support/stay-cleared.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";

const REFUSED = /^Cannot subscribe to announcements: Redis answered NOPERM this user has no permissions/;

let redis: RedisServer;
const members = gatherRedisMembers("mosaic:events");
beforeEach(async () => {
  redis = await startRedis();
  await setUser("resetchannels");
});
afterEach(async () => {
  await members.close();
  await redis.stop();
});

/** A user who may do everything but what the rules take away. */
async function setUser(...rules: readonly string[]): Promise<void> {
  await redis.command("ACL", "SETUSER", "bob", "on", ">secret", "~*", "+@all", ...rules);
}

function urlOf(user: string): string {
  return redis.url.replace("redis://", `redis://${user}@`);
}

async function joinAsBob(options = {}): Promise<RedisMember> {
  const subscriberUrl = urlOf("bob:secret");
  const member = await members.join({ publisherUrl: redis.url, subscriberUrl }, options);
  member.port.subscribe(member.listener);
  return member;
}

describe("createRedisBroadcast() for a user without rights", () => {
  test("it is lost as rejected, says so once however often it tries, and connected once it may", async () => {
    const member = await joinAsBob();
    await untilRefused(5);
    expect(member.listener.calls).toEqual(["lost rejected"]);
    expect(member.listener.reasons[0]?.message).toMatch(REFUSED);
    await setUser("resetchannels", "&mosaic:events");
    await member.listener.untilCalled("connected");
    await publishAndWait("1", member);
    expect(member.listener.calls).toEqual(["lost rejected", "connected", "message 1"]);
  });

  test("a right that is taken away and given back is a loss and a return", async () => {
    await setUser("&mosaic:events");
    const member = await joinAsBob();
    await member.listener.untilCalled("connected");
    // The server closes the connections of those who hear what they no longer may.
    await setUser("resetchannels");
    await member.listener.untilCalled("lost rejected");
    await setUser("&mosaic:events");
    await member.listener.untilCalled("connected", 2);
    await publishAndWait("1", member);
    const calls = ["connected", "lost unavailable", "lost rejected", "connected", "message 1"];
    expect(member.listener.calls).toEqual(calls);
  });

  test("the pauses between its attempts grow to their bound", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      let pauses = 0;
      const random = (): number => {
        pauses += 1;
        return 1;
      };
      await joinAsBob({ refusalPauseMsMax: 3000, random });
      for (const [index, pauseMs] of [250, 500, 1000, 2000, 3000, 3000].entries()) {
        while (pauses <= index) await nextTurn();
        vi.advanceTimersByTime(pauseMs - 1);
        expect(await refusalsOf()).toBe(index + 1);
        vi.advanceTimersByTime(1);
      }
      await untilRefused(7);
    } finally {
      vi.useRealTimers();
    }
  });

  test("close() while it waits ends it: no attempt any more, and no timer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
    keepTimersCleared();
    try {
      const member = await joinAsBob();
      await member.listener.untilCalled("lost rejected");
      const ended = new Promise((resolve) => member.subscriber.once("end", resolve));
      await member.port.close();
      await ended;
      expect(vi.getTimerCount()).toBe(0);
      expect(await refusalsOf()).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a refused sign of life is one", async () => {
    await setUser("&mosaic:events", "-ping");
    const member = await joinAsBob({ heartbeatMs: 200 });
    await member.listener.untilCalled("connected");
    while ((await countOf("ping")) < 5);
    await publishAndWait("1", member);
    expect(member.listener.calls).toEqual(["connected", "message 1"]);
  });

  test("a wrong password is rejected, and it connects once that is right", async () => {
    const subscriberUrl = urlOf("bob:other");
    const member = await members.join({ publisherUrl: redis.url, subscriberUrl });
    member.port.subscribe(member.listener);
    await member.listener.untilCalled("lost rejected");
    expect(member.listener.reasons[0]?.message).toBe(
      "Cannot subscribe to announcements: Redis answered WRONGPASS invalid username-password pair or user is disabled.",
    );
    await setUser("&mosaic:events", ">other");
    await member.listener.untilCalled("connected");
    expect(member.listener.calls).toEqual(["lost rejected", "connected"]);
  });

  test("a refusal is no reason any more once the server says nothing at all", async () => {
    await using proxy = await startTcpProxy({ targetPort: redis.port });
    const subscriberUrl = `redis://bob:other@127.0.0.1:${proxy.port}/0`;
    const member = await members.join({ publisherUrl: redis.url, subscriberUrl });
    member.port.subscribe(member.listener);
    await member.listener.untilCalled("lost rejected");
    proxy.pause();
    await member.listener.untilCalled("lost unavailable");
    expect(member.listener.calls).toEqual(["lost rejected", "lost unavailable"]);
  });

  test("publish() is rejected, and works once it may", async () => {
    const member = await members.join({ publisherUrl: urlOf("bob:secret"), subscriberUrl: redis.url });
    const error = await failureOf(() => member.port.publish(bytes("1")));
    expect(error).toMatchObject({
      name: "BroadcastError",
      code: "rejected",
      message: expect.stringMatching(
        /^Cannot announce to other replicas: Redis answered NOPERM this user has/,
      ),
    });
    await setUser("&mosaic:events");
    await member.port.publish(bytes("2"));
  });
});

/** How often the server has refused a command to somebody. */
async function countOf(command: string): Promise<number> {
  const stats = String(await redis.command("INFO", "commandstats"));
  return Number(new RegExp(`cmdstat_${command}:.*?rejected_calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

function refusalsOf(): Promise<number> {
  return countOf("subscribe");
}

async function untilRefused(times: number): Promise<void> {
  while ((await refusalsOf()) < times);
}
