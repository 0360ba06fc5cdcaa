import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { publishAndWait } from "../../../src/conformance/broadcast-samples.ts";
import { bytes } from "../../../src/conformance/cache-samples.ts";
import { untilAnswering, untilReady } from "../../support/connect-redis.ts";
import { freePort } from "../../support/free-port.ts";
import { gatherRedisMembers, type RedisMember } from "../../support/redis-broadcast-members.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";

/** Nothing answers within two of these: only for servers that do not answer at all. */
const HASTY = { heartbeatMs: 20 };

let redis: RedisServer;
let proxy: TcpProxy;
let proxiedUrl: string;
const members = gatherRedisMembers("mosaic:events");
beforeEach(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy({ targetPort: redis.port });
  proxiedUrl = `redis://127.0.0.1:${proxy.port}/0`;
});
afterEach(async () => {
  redis.thaw();
  await members.close();
  await proxy.close();
  await redis.stop();
});

async function listening(subscriberUrl = redis.url, options = {}): Promise<RedisMember> {
  const member = await members.join({ publisherUrl: redis.url, subscriberUrl }, options);
  member.port.subscribe(member.listener);
  await member.listener.untilCalled("connected");
  return member;
}

describe("createRedisBroadcast() with a connection that is lost", () => {
  test("it subscribes anew after a kill and a restart", async () => {
    const member = await listening();
    await redis.kill();
    await member.listener.untilCalled("lost unavailable");
    await redis.restart();
    await member.listener.untilCalled("connected", 2);
    await untilReady(member.publisher);
    await publishAndWait("1", member);
    expect(member.listener.calls).toEqual(["connected", "lost unavailable", "connected", "message 1"]);
  });

  test("it subscribes anew each time its connection is killed, and says so once", async () => {
    const member = await listening();
    const wanted = ["connected"];
    for (const round of [1, 2, 3]) {
      expect(await redis.command("CLIENT", "KILL", "TYPE", "pubsub")).toBe(1);
      await member.listener.untilCalled("connected", round + 1);
      await publishAndWait(`${round}`, member);
      wanted.push("lost unavailable", "connected", `message ${round}`);
    }
    expect(member.listener.calls).toEqual(wanted);
    expect(await redis.command("PUBSUB", "NUMSUB", "mosaic:events")).toEqual(["mosaic:events", 1]);
  });

  test("it is lost when refused from the beginning, and connected once the server is there", async () => {
    const port = await freePort();
    const member = await members.join({
      publisherUrl: redis.url,
      subscriberUrl: `redis://127.0.0.1:${port}/0`,
    });
    member.port.subscribe(member.listener);
    await member.listener.untilCalled("lost unavailable");
    await untilClosed(member, 3);
    await using late = await startRedis({ port });
    await member.listener.untilCalled("connected");
    await late.command("PUBLISH", "mosaic:events", "1");
    await member.listener.untilCalled("message 1");
    expect(member.listener.calls).toEqual(["lost unavailable", "connected", "message 1"]);
  });

  test("a connection in the older protocol is kept, lost and had again like any other", async () => {
    const member = await members.join({ publisherUrl: redis.url }, { heartbeatMs: 200 });
    member.subscriber.options.protocol = 2;
    member.port.subscribe(member.listener);
    await member.listener.untilCalled("connected");
    while ((await pingsOf(redis)) < 3);
    await redis.command("CLIENT", "KILL", "TYPE", "pubsub");
    await member.listener.untilCalled("connected", 2);
    await publishAndWait("1", member);
    expect(member.listener.calls).toEqual(["connected", "lost unavailable", "connected", "message 1"]);
  });

  test("a reset while the server confirms is no subscription", async () => {
    const member = await members.join({ publisherUrl: redis.url, subscriberUrl: proxiedUrl });
    await member.subscriber.connect();
    proxy.resetMidReply(5);
    member.port.subscribe(member.listener);
    await member.listener.untilCalled("connected");
    await publishAndWait("1", member);
    expect(member.listener.calls).toEqual(["lost unavailable", "connected", "message 1"]);
  });
});

describe("createRedisBroadcast() with a server that is silent", () => {
  test("a frozen server is noticed with the default times, and subscribed to after the thaw", async () => {
    const member = await listening(redis.url, { heartbeatMs: undefined });
    redis.freeze();
    await member.listener.untilCalled("lost timeout");
    redis.thaw();
    await member.listener.untilCalled("connected", 2);
    await untilAnswering(member.publisher);
    await publishAndWait("1", member);
    expect(member.listener.reasons[0]?.message).toBe(
      "Cannot subscribe to announcements: Redis sent nothing for 1000 ms",
    );
    expect(member.listener.calls.filter((entry) => entry !== "lost unavailable")).toEqual([
      "connected",
      "lost timeout",
      "connected",
      "message 1",
    ]);
  });

  test("a server that freezes before it confirms is noticed", async () => {
    const member = await members.join({ publisherUrl: redis.url }, HASTY);
    await member.subscriber.connect();
    redis.freeze();
    member.port.subscribe(member.listener);
    await member.listener.untilCalled("lost timeout");
    expect(member.listener.calls).toEqual(["lost timeout"]);
    redis.thaw();
    await member.listener.untilCalled("connected");
  });

  test("a black hole under the subscriber alone is noticed, and what it held back is not delivered", async () => {
    const member = await listening(proxiedUrl, HASTY);
    proxy.pause();
    await member.port.publish(bytes("into the hole"));
    await member.listener.untilCalled("lost timeout");
    proxy.resume();
    await member.listener.untilCalled("connected", 2);
    await publishAndWait("1", member);
    expect(member.listener.calls).toEqual(["connected", "lost timeout", "connected", "message 1"]);
  });

  test("a connection that is idle for many beats stays", async () => {
    const member = await listening(redis.url, { heartbeatMs: 200 });
    while ((await pingsOf(redis)) < 5);
    await publishAndWait("1", member);
    expect(member.listener.calls).toEqual(["connected", "message 1"]);
  });

  test("a process that was busy for many beats does not blame the server", async () => {
    const member = await members.join({ publisherUrl: redis.url }, { heartbeatMs: 100 });
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    const ping = member.subscriber.ping.bind(member.subscriber);
    let pings = 0;
    member.subscriber.ping = () => {
      pings += 1;
      if (pings > 3) resolve();
      // When it looks again, the answer is there, and the next beat is due before that is read.
      else setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 350));
      return ping();
    };
    member.port.subscribe(member.listener);
    await answered;
    await publishAndWait("1", member);
    expect(member.listener.calls).toEqual(["connected", "message 1"]);
  });
});

describe("createRedisBroadcast() with any sequence of faults", () => {
  test("it says connected and lost in turns, and is there in the end", async () => {
    const faults = fc.constantFrom("kill", "freeze", "hole", "refuse", "restart");
    const runs = fc.array(fc.tuple(faults, fc.boolean()), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(runs, async (sequence) => {
      const member = await listening(proxiedUrl, HASTY);
      for (const [fault, patient] of sequence) {
        const heal = await FAULTS[fault]();
        if (patient && fault !== "kill" && fault !== "restart") {
          await member.listener.until((calls) => calls.at(-1)?.startsWith("lost") === true);
        }
        await heal();
      }
      await untilAnswering(member.publisher);
      await untilReceivedFrom(member);
      const changes = member.listener.calls.filter((entry) => !entry.startsWith("message"));
      const twice = changes.filter((entry, index) => entry === changes[index - 1]);
      expect(twice).toEqual([]);
      expect(changes.at(-1)).toBe("connected");
      await members.close();
    });
    await fc.assert(property, { numRuns: 6 });
  });
});

type Mend = () => Promise<void>;

/** Each begins at once and returns what ends it. */
const FAULTS: Readonly<Record<"freeze" | "hole" | "kill" | "refuse" | "restart", () => Promise<Mend>>> = {
  async kill() {
    await redis.command("CLIENT", "KILL", "TYPE", "pubsub");
    return async () => undefined;
  },
  async freeze() {
    redis.freeze();
    return async () => redis.thaw();
  },
  async hole() {
    proxy.pause();
    return async () => proxy.resume();
  },
  async refuse() {
    await proxy.refuse();
    return () => proxy.accept();
  },
  async restart() {
    await redis.kill();
    return () => redis.restart();
  },
};

/** Messages may be lost until the subscription is active: publishes one again until it arrives. */
async function untilReceivedFrom({ port, listener }: RedisMember): Promise<void> {
  const received = listener.untilCalled("message end").then(() => "received");
  while ((await Promise.race([received, port.publish(bytes("end")).catch(() => undefined)])) !== "received");
}

function untilClosed({ subscriber }: RedisMember, times: number): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    subscriber.on("close", () => {
      count += 1;
      if (count === times) resolve();
    });
  });
}

/** How many PINGs the server has answered. */
async function pingsOf({ command }: RedisServer): Promise<number> {
  const stats = String(await command("INFO", "commandstats"));
  return Number(/cmdstat_ping:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}
