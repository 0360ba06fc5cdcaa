import type { Redis } from "ioredis";
import { createRedisBroadcast } from "../../src/adapters/redis/broadcast.ts";
import { createRedisClient } from "../../src/adapters/redis/client.ts";
import type { BroadcastHarness } from "../../src/conformance/broadcast-conformance.ts";
import type { BroadcastPort } from "../../src/ports/broadcast-port.ts";
import { connectTestRedis, untilReady } from "./connect-redis.ts";
import { startTcpProxy } from "./tcp-proxy.ts";

/** On a machine that is busy with other tests the default times would be a second subject. */
export const PATIENT_BROADCAST = { deadlineMs: 20_000, heartbeatMs: 5_000 } as const;

/** Two channels of a Redis, behind a proxy. */
export async function openRedisBroadcastHarness(
  targetPort: number,
  channel: string,
): Promise<BroadcastHarness> {
  const proxy = await startTcpProxy({ targetPort });
  const url = `redis://127.0.0.1:${proxy.port}/0`;
  const publishers: Redis[] = [];
  const ports: BroadcastPort[] = [];
  const defects: unknown[] = [];
  const join = async (name: string): Promise<BroadcastPort> => {
    const publisher = await connectTestRedis(url);
    publishers.push(publisher);
    const port = createRedisBroadcast({
      publisher,
      subscriber: createTestSubscriber(url),
      channel: name,
      onDefect: (error) => defects.push(error),
      ...PATIENT_BROADCAST,
    });
    ports.push(port);
    return port;
  };
  return {
    defects,
    join: () => join(channel),
    joinOther: () => join(`${channel}:other`),
    async cut() {
      const closed = publishers.map(
        (publisher) => new Promise((resolve) => publisher.once("close", resolve)),
      );
      await proxy.refuse();
      await Promise.all(closed);
    },
    async heal() {
      await proxy.accept();
      await Promise.all(publishers.map(untilReady));
    },
    async close() {
      await Promise.all(ports.map((port) => port.close()));
      for (const publisher of publishers) publisher.disconnect();
      await proxy.close();
    },
  };
}

/** A subscriber's client as the service makes it, not connected yet; it comes back quickly after a fault. */
export function createTestSubscriber(url: string): Redis {
  return createRedisClient(url, { retryDelayMsMax: 20 });
}
