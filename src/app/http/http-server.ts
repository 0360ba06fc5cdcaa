import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";

/** A listening server. */
export interface HttpServer {
  readonly port: number;
  /** Where it listens, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Takes no new requests, lets those under way end, and waits no longer than the time given for what has not ended. */
  close(options: { readonly timeoutMs: number }): Promise<void>;
}

/**
 * Answers one request.
 *
 * @param header reads a request header by its lower-case name, without the Fetch API's Headers where the runtime can
 */
export type RequestHandler = (
  request: Request,
  header: (name: string) => string | undefined,
) => Promise<Response> | Response;

export interface ListenOptions {
  readonly handle: RequestHandler;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly limits?: Partial<ConnectionLimits>;
}

/**
 * What a client may take of the server.
 *
 * Only Node's server lets them be set. Deno's refuses heads of about 64 KiB and more by itself, and has no limit on time.
 *
 * @see https://github.com/denoland/deno/issues/3515
 */
export interface ConnectionLimits {
  /** Of all headers and the request line together. */
  readonly headBytesMax: number;
  /** From the first byte, or from the connection if there is none, until the head is whole. */
  readonly headTimeoutMs: number;
  /** The same until the body is whole: more than the application gives a body, so that the application answers. */
  readonly requestTimeoutMs: number;
  /** Between two requests: more than the minute that proxies keep a connection, so that the proxy ends it. */
  readonly idleTimeoutMs: number;
  /** Some are left for Redis, the database and files. */
  readonly connectionsMax: number;
  /** How often connections are looked at. */
  readonly checkEveryMs: number;
}

/** What docs/security.md promises. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  headBytesMax: 16 * 1024,
  headTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 65_000,
  connectionsMax: 10_000,
  checkEveryMs: 2000,
};

/** The part of Deno's API that is used here. */
interface DenoServe {
  serve(
    options: { readonly hostname: string; readonly port: number; readonly onListen: () => void },
    handler: (request: Request) => Promise<Response> | Response,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
}

/**
 * Listens with the runtime's own server.
 *
 * @throws when the address cannot be bound; the error's `code` says why, such as `EADDRINUSE`
 */
export async function listen(options: ListenOptions): Promise<HttpServer> {
  const deno = (globalThis as { readonly Deno?: DenoServe }).Deno;
  return deno === undefined ? listenOnNode(options) : listenOnDeno(deno, options);
}

async function listenOnNode({ handle, host, port, limits }: ListenOptions): Promise<HttpServer> {
  const { connectionsMax, ...times } = { ...CONNECTION_LIMITS, ...limits };
  const server = createAdaptorServer({
    serverOptions: {
      maxHeaderSize: times.headBytesMax,
      headersTimeout: times.headTimeoutMs,
      requestTimeout: times.requestTimeoutMs,
      keepAliveTimeout: times.idleTimeoutMs,
      connectionsCheckingInterval: times.checkEveryMs,
    },
    fetch: (request, env) => {
      const { rawHeaders } = (env as HttpBindings).incoming;
      return handle(request, (name) => rawHeader(rawHeaders, name));
    },
  }) as Server;
  server.maxConnections = connectionsMax;
  const connections = trackConnections(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: urlOf(host, bound),
    close: ({ timeoutMs }) => drain(server, connections, timeoutMs),
  };
}

/**
 * Reads one header out of Node's list of names and values, without having Node make an object of them all.
 *
 * @returns the values of all headers of that name, joined as HTTP has it
 */
function rawHeader(rawHeaders: readonly string[], name: string): string | undefined {
  let value: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const candidate = rawHeaders[index] as string;
    if (candidate.length !== name.length || candidate.toLowerCase() !== name) continue;
    const next = rawHeaders[index + 1] as string;
    value = value === undefined ? next : `${value}, ${next}`;
  }
  return value;
}

/** How often a server that closes looks for connections that have become idle. */
const IDLE_CHECK_MS = 20;

/**
 * Closes a server of Node without listening to every request while it runs.
 *
 * Node counts neither a connection that has sent nothing as idle, nor looks again for those that become idle while it
 * closes: both would hold the stop until their client goes away.
 */
async function drain(server: Server, connections: ReadonlySet<Socket>, timeoutMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of connections) {
    if (socket.bytesRead === 0) socket.destroy();
  }
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const limit = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await closed;
  clearInterval(idle);
  clearTimeout(limit);
}

function trackConnections(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  return connections;
}

async function listenOnDeno(deno: DenoServe, { handle, host, port }: ListenOptions): Promise<HttpServer> {
  const server = deno.serve({ hostname: host, port, onListen: () => undefined }, (request) =>
    handle(request, (name) => request.headers.get(name) ?? undefined),
  );
  return {
    port: server.addr.port,
    url: urlOf(host, server.addr.port),
    async close({ timeoutMs }) {
      const limit = new AbortController();
      const timedOut = delay(timeoutMs, undefined, { signal: limit.signal }).catch(() => undefined);
      await Promise.race([server.shutdown(), timedOut]);
      // A server that shuts down cannot be aborted any more: what it still waits for ends with the process.
      limit.abort();
    },
  };
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
