import { setTimeout as delay } from "node:timers/promises";
import { Redis, type RedisOptions } from "ioredis";
import { startDeadline } from "../../../lib/deadline.ts";
import { formatAddress, type HostAndPort } from "../../../lib/redis-url.ts";
import { type ClientLogin, replyWithoutSecrets } from "./recognize-fault.ts";
import { createTlsOptions, type TlsFiles } from "./tls-options.ts";

export interface LocatorClientOptions {
  readonly login: ClientLogin;
  /** Undefined without TLS. */
  readonly tls: TlsFiles | undefined;
  /** The time limit of one request to one server, including the connection. */
  readonly timeoutMs: number;
}

/** A client of a Sentinel or a cluster node. */
export interface LocatorClient {
  readonly host: string;
  readonly name: string;
  /** Connects on demand, and stays connected. @throws an error of the client, or of the deadline */
  send(words: readonly [string, ...string[]]): Promise<unknown>;
  close(): void;
}

/** Makes a client for short requests. A request fails after the time limit; the next one reconnects. */
export function createLocatorClient(
  server: HostAndPort,
  { login, tls, timeoutMs }: LocatorClientOptions,
): LocatorClient {
  const { host, port } = server;
  const name = formatAddress(server);
  let client: Redis | undefined;

  function open(): Redis {
    const opened = new Redis({
      host,
      port,
      ...(login.username == null ? {} : { username: login.username }),
      ...(login.password == null ? {} : { password: login.password }),
      ...(tls === undefined ? {} : { tls: createTlsOptions(tls, host) }),
      lazyConnect: true,
      // The ready check waits until a server has loaded its data. Sentinels have no data.
      enableReadyCheck: false,
      disableClientInfo: true,
      maxRetriesPerRequest: 0,
      connectTimeout: timeoutMs,
      disconnectTimeout: 1,
      retryStrategy: () => null,
    } satisfies RedisOptions);
    opened.on("error", (error: Error) => {
      lastError = error;
    });
    opened.once("end", () => {
      if (client === opened) client = undefined;
    });
    return opened;
  }
  let lastError: Error | undefined;

  return {
    host,
    name,
    async send([command, ...words]) {
      client ??= open();
      const current = client;
      lastError = undefined;
      const deadline = startDeadline({
        timeoutMs,
        onTimeout: () => new Error(`${name} did not answer within ${timeoutMs} ms`),
        onAbort: () => new Error("aborted"),
      });
      try {
        return await deadline.race(current.call(command, ...words));
      } catch (error) {
        // A reply proves that the connection works. After any other error, the server may be frozen.
        if ((error as Error).name !== "ReplyError") current.disconnect();
        throw lastError ?? error;
      } finally {
        deadline.stop();
      }
    },
    close: () => client?.disconnect(),
  };
}

export interface LocatorAnswer<Value> {
  readonly name: string;
  readonly value?: Value | undefined;
  readonly error?: Error;
}

/** How long to wait for the last servers after most servers have answered. */
const OTHER_ANSWERS_WAIT_MS = 50;

/** Queries all servers at once; ends when all have answered or failed, or soon after most of them have answered. */
export async function collectAnswers<Value>(
  clients: readonly LocatorClient[],
  query: (client: LocatorClient) => Promise<Value>,
): Promise<readonly LocatorAnswer<Value>[]> {
  const answers: LocatorAnswer<Value>[] = [];
  const { promise: majority, resolve } = Promise.withResolvers<void>();
  const pending = clients.map(async (client) => {
    try {
      answers.push({ name: client.name, value: await query(client) });
      if (answers.filter(({ error }) => error === undefined).length * 2 > clients.length) resolve();
    } catch (error) {
      answers.push({ name: client.name, error: error as Error });
    }
  });
  const limit = new AbortController();
  await Promise.race([
    Promise.all(pending),
    majority.then(() =>
      delay(OTHER_ANSWERS_WAIT_MS, undefined, { signal: limit.signal }).catch(() => undefined),
    ),
  ]);
  limit.abort();
  return [...answers];
}

/** Maximum number of servers in a description. */
const DESCRIBED_FAILURES_MAX = 3;

export function describeFailures(answers: readonly LocatorAnswer<unknown>[], login: ClientLogin): string {
  const shown = answers.slice(0, DESCRIBED_FAILURES_MAX).map(({ name, error }) => {
    const reason = error === undefined ? "no answer" : replyWithoutSecrets(error, login);
    return reason.includes(name) ? reason : `${name}: ${reason}`;
  });
  const more = answers.length - shown.length;
  return `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}
