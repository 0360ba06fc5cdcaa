import type { Redis } from "ioredis";
import { createRedisBroadcast, type RedisBroadcastOptions } from "../../src/adapters/redis/broadcast.ts";
import { type Member, recordListener } from "../../src/conformance/broadcast-samples.ts";
import { connectTestRedis } from "./connect-redis.ts";
import { createTestSubscriber, PATIENT_BROADCAST } from "./redis-broadcast-harness.ts";

export interface RedisMember extends Member {
  readonly publisher: Redis;
  readonly subscriber: Redis;
}

export interface RedisMemberUrls {
  readonly publisherUrl: string;
  /** Default: the publisher's. */
  readonly subscriberUrl?: string;
}

/** Members of a channel whose connections end with a test. */
export interface RedisBroadcastMembers {
  /** A port whose publisher is ready, and a listener that it does not have yet. */
  join(urls: RedisMemberUrls, options?: Partial<RedisBroadcastOptions>): Promise<RedisMember>;
  close(): Promise<void>;
}

export function gatherRedisMembers(channel: string): RedisBroadcastMembers {
  const members: RedisMember[] = [];
  return {
    async join({ publisherUrl, subscriberUrl = publisherUrl }, options = {}) {
      const publisher = await connectTestRedis(publisherUrl, { connectTimeoutMs: 10_000 });
      const subscriber = createTestSubscriber(subscriberUrl);
      const port = createRedisBroadcast({
        publisher,
        subscriber,
        channel,
        ...PATIENT_BROADCAST,
        refusalPauseMsMax: 20,
        ...options,
      });
      const member = { port, listener: recordListener(), publisher, subscriber };
      members.push(member);
      return member;
    },
    async close() {
      for (const { port, publisher, subscriber } of members.splice(0)) {
        await port.close();
        publisher.disconnect();
        subscriber.disconnect();
      }
    },
  };
}
