import type { Redis } from "ioredis";
import { connectRedis, createRedisClient, type RedisClientOptions } from "../../src/adapters/redis/client.ts";

const readyTimeoutMs = 10_000;

/** A client as the service makes it, ready; it comes back quickly after a fault. */
export async function connectTestRedis(url: string, options: RedisClientOptions = {}): Promise<Redis> {
  const client = createRedisClient(url, { retryDelayMsMax: 20, ...options });
  ignoreErrors(client);
  if (await connectRedis(client, readyTimeoutMs)) return client;
  client.disconnect();
  throw new Error(`Cannot connect to ${url} in ${readyTimeoutMs} ms`);
}

/** What a client says between two connections is no failure of a test. */
export function ignoreErrors(client: Redis): void {
  client.on("error", () => undefined);
}

/** Resolves when the client is ready, at once if it is already. */
export async function untilReady(client: Redis): Promise<void> {
  if (client.status !== "ready") await new Promise<void>((resolve) => client.once("ready", () => resolve()));
}

/** Resolves when the server has answered, on this connection or on the next ones. */
export async function untilAnswering(client: Redis): Promise<void> {
  const isAnswering = await client.ping().then(
    () => true,
    () => false,
  );
  if (isAnswering) return;
  // A client may still call itself ready when its connection is as good as closed: only the next time counts.
  await new Promise<void>((resolve) => client.once("ready", () => resolve()));
  await untilAnswering(client);
}
