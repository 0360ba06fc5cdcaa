import { createServer, type IncomingMessage, Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { ConnectionLimits, HeadRefusal, HttpServer, ListenOptions } from "./listen.ts";
import { createReaderDeadlines } from "./reader-deadlines.ts";
import { serverUrl } from "./server-url.ts";
import { createUnparsedAnswers } from "./unparsed-answers.ts";

/** Listens with Node's server. */
export async function listenOnNode(
  options: ListenOptions & { readonly limits: ConnectionLimits },
): Promise<HttpServer> {
  const { handle, host, port, limits } = options;
  const targets = new WeakMap<IncomingMessage, string>();
  const listener = getRequestListener((request, env) => {
    const { incoming } = env as HttpBindings;
    const { rawHeaders } = incoming;
    const header = (name: string): string | undefined => rawHeader(rawHeaders, name);
    const target = targets.get(incoming) ?? incoming.url;
    return handle(request, header, { target, refusal: versionRefusal(incoming.httpVersion, header("host")) });
  });
  const server = createServer({
    maxHeaderSize: limits.headBytesMax,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    // HTTP/1.0 has none; where it is missing in HTTP/1.1, the application refuses the request.
    requireHostHeader: false,
  });
  server.maxConnections = limits.connectionsMax;
  const unparsed = createUnparsedAnswers(handle);
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    unparsed.begin(incoming, outgoing);
    if (!makeUrlValid(incoming)) {
      targets.set(incoming, incoming.url ?? "");
      incoming.url = "/";
    }
    void listener(incoming, outgoing);
  };
  server.on("request", onRequest);
  // An unknown expectation is ignored, since the refusal would bypass the application.
  server.on("checkExpectation", onRequest);
  server.on("clientError", unparsed.fail);
  server.on("connect", (_, socket) => unparsed.refuse(socket as Socket, "bad-request"));
  const connections = trackConnections(server);
  const closeStalled = createReaderDeadlines(connections, { limits, nowMs: () => performance.now() });
  const stalled = setInterval(closeStalled, limits.checkEveryMs).unref();
  await listening(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: serverUrl(host, bound),
    async close({ timeoutMs }) {
      await drain(server, connections, timeoutMs);
      clearInterval(stalled);
    },
  };
}

/** A target that a URL keeps unchanged, so that building it cannot fail. */
const PLAIN_TARGET = /^\/[\x21-\x5b\x5d-\x7e]*$/;

/**
 * Makes the URL that the library builds of a request always valid, since the library refuses others by
 * itself.
 *
 * The application reads the target and the Host header as they were sent, and decides by them.
 *
 * @returns whether the target can stay
 */
function makeUrlValid(incoming: IncomingMessage): boolean {
  incoming.headers.host = "localhost";
  return PLAIN_TARGET.test(incoming.url ?? "");
}

/** HTTP/1.0 needs no Host, HTTP/1.1 does, and this server has no other version. */
function versionRefusal(version: string, host: string | undefined): HeadRefusal | undefined {
  if (version === "1.1") return host === undefined ? "host-missing" : undefined;
  return version === "1.0" ? undefined : "bad-request";
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/**
 * Reads one header from Node's list of names and values, without creating an object of them all.
 *
 * @returns the values of all headers of that name, joined as HTTP defines it
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

/** How often a closing server checks for connections that have become idle. */
const IDLE_CHECK_MS = 20;

/**
 * Closes a server of Node without observing every request while it runs.
 *
 * Node does not count a connection without any request as idle, nor does it check again for those that become
 * idle while it closes: both would delay the stop until their client disconnects. And it counts a connection
 * as idle whose answer is written but not yet read: that would truncate the answer.
 */
async function drain(server: Server, connections: ReadonlySet<Socket>, timeoutMs: number): Promise<void> {
  const closeIdle = (): void => {
    const reading = [...connections].filter((socket) => socket.writableLength > 0);
    for (const socket of reading) socket.destroy = () => socket;
    Server.prototype.closeIdleConnections.call(server);
    for (const socket of reading) Reflect.deleteProperty(socket, "destroy");
  };
  server.closeIdleConnections = closeIdle;
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of connections) {
    if (socket.bytesRead === 0) socket.destroy();
  }
  const idle = setInterval(closeIdle, IDLE_CHECK_MS);
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
