import { createServer, type IncomingMessage, Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { createServerUrl } from "../../settings/url-settings.ts";
import type { ConnectionLimits, HeadRefusal, HttpServer, ListenOptions, RequestHandler } from "./listen.ts";
import { createSlowReaderCheck } from "./reader-deadlines.ts";

export async function listenOnNode(
  options: ListenOptions & { readonly limits: ConnectionLimits },
): Promise<HttpServer> {
  const { handle, host, port, limits } = options;
  const targets = new WeakMap<IncomingMessage, string>();
  const listener = getRequestListener((request, env) => {
    const { incoming } = env as HttpBindings;
    const { rawHeaders } = incoming;
    const header = (name: string): string | undefined => readRawHeader(rawHeaders, name);
    const target = targets.get(incoming) ?? incoming.url;
    return handle(request, header, {
      target,
      refusal: findVersionRefusal(incoming.httpVersion, header("host")),
    });
  });
  const server = createServer({
    maxHeaderSize: limits.headBytesMax,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    // HTTP/1.0 has no Host header. If an HTTP/1.1 request lacks it, the application refuses the request.
    requireHostHeader: false,
  });
  server.maxConnections = limits.connectionsMax;
  const parseErrors = createParseErrorResponder(handle);
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    parseErrors.begin(incoming, outgoing);
    if (!makeUrlValid(incoming)) {
      targets.set(incoming, incoming.url ?? "");
      incoming.url = "/";
    }
    void listener(incoming, outgoing);
  };
  server.on("request", onRequest);
  // An unknown `Expect` header is ignored, because Node's own refusal would bypass the application.
  server.on("checkExpectation", onRequest);
  server.on("clientError", parseErrors.fail);
  server.on("connect", (_, socket) => parseErrors.refuse(socket as Socket, "bad-request"));
  const connections = trackConnections(server);
  const closeStalled = createSlowReaderCheck(connections, { limits, nowMs: () => performance.now() });
  const stalled = setInterval(closeStalled, limits.checkEveryMs).unref();
  await startListening(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: createServerUrl(host, bound),
    async close({ timeoutMs }) {
      await drainConnections(server, connections, timeoutMs);
      clearInterval(stalled);
    },
  };
}

/** A target that the URL parser accepts and does not change. */
const PLAIN_REQUEST_TARGET = /^\/[\x21-\x5b\x5d-\x7e]*$/;

/**
 * Sets a Host header with which `@hono/node-server` can always build a URL; without a valid URL, the library
 * would refuse the request itself. The application checks the target and the Host that the client sent.
 *
 * @returns false if `incoming.url` must be replaced, too
 */
function makeUrlValid(incoming: IncomingMessage): boolean {
  incoming.headers.host = "localhost";
  return PLAIN_REQUEST_TARGET.test(incoming.url ?? "");
}

/** Only HTTP/1.0 and HTTP/1.1 are supported; HTTP/1.1 requires a Host header. */
function findVersionRefusal(version: string, host: string | undefined): HeadRefusal | undefined {
  if (version === "1.1") return host === undefined ? "host-missing" : undefined;
  return version === "1.0" ? undefined : "bad-request";
}

function startListening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/**
 * Reads a header from Node's list of names and values, without creating an object of all headers.
 *
 * @returns the values of all headers of that name, joined by commas, as HTTP defines it
 */
function readRawHeader(rawHeaders: readonly string[], name: string): string | undefined {
  let value: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const candidate = rawHeaders[index] as string;
    if (candidate.length !== name.length || candidate.toLowerCase() !== name) continue;
    const next = rawHeaders[index + 1] as string;
    value = value === undefined ? next : `${value}, ${next}`;
  }
  return value;
}

/** The interval at which a closing server looks for connections that have become idle. */
const IDLE_CHECK_MS = 20;

/**
 * Closes a server of Node.
 *
 * Node's own `close` is not enough, for three reasons. It waits for a connection that has sent no request. It
 * does not close connections that become idle during the stop. And it closes a connection whose answer is
 * written but not yet read, which truncates the answer.
 */
async function drainConnections(
  server: Server,
  connections: ReadonlySet<Socket>,
  timeoutMs: number,
): Promise<void> {
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

/** Answers requests that Node's parser refuses, so that they pass through request logging like all others. */
export interface ParseErrorResponder {
  begin(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Handles the parser's error on a connection: listens to `clientError`. */
  fail(error: Error & { readonly code?: string }, socket: Duplex): void;
  /** Sends a refusal on a connection that has no request to answer, and closes the connection. */
  refuse(socket: Duplex, refusal: HeadRefusal): void;
}

interface ParsedRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Stands for the method of a request that the parser refuses, because the real method may not have been read. */
const UNPARSED_METHOD = "UNPARSED";

export function createParseErrorResponder(handle: RequestHandler): ParseErrorResponder {
  const exchanges = new WeakMap<Duplex, ParsedRequest>();
  const failed = new WeakSet<Duplex>();

  const refuse = (socket: Duplex, refusal: HeadRefusal): void => {
    const request = new Request("http://localhost/", { method: UNPARSED_METHOD });
    const answered = Promise.resolve(handle(request, () => undefined, { refusal })).then(serializeResponse);
    answered.then(
      // The callback runs after writing, or when the client closes the connection without reading.
      (text) => socket.end(text, () => socket.destroy()),
      () => socket.destroy(),
    );
  };

  return {
    begin(incoming, outgoing) {
      exchanges.set(incoming.socket, { incoming, outgoing });
    },
    refuse,
    fail(error, socket) {
      // Only the first error is handled, because the parser fails again for all further input.
      if (failed.has(socket)) return;
      failed.add(socket);
      const { incoming, outgoing } = exchanges.get(socket) ?? {};
      const isAnswering = outgoing !== undefined && !outgoing.writableEnded;
      if (!socket.writable || error.code === "ECONNRESET") socket.destroy(error);
      else if (!isAnswering) refuse(socket, toHeadRefusal(error.code));
      else if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && !outgoing.headersSent) refuse(socket, "too-slow");
      else {
        outgoing.once("close", () => socket.destroy());
        outgoing.once("finish", () => socket.end(() => socket.destroy()));
        // A handler that is reading the body gets the error, and answers the request. `setImmediate` waits for
        // handlers that start to read the body in this turn.
        setImmediate(() => {
          const isRead = incoming?.complete === false && incoming.listenerCount("error") > 0;
          if (isRead) incoming.emit("error", error);
        });
      }
    },
  };
}

function toHeadRefusal(code: string | undefined): HeadRefusal {
  if (code === "HPE_HEADER_OVERFLOW") return "head-too-large";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "too-slow" : "bad-request";
}

async function serializeResponse(response: Response): Promise<string> {
  const { status } = response;
  const body = await response.text();
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  const fixed = [`content-length: ${Buffer.byteLength(body)}`, "connection: close"];
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...headers, ...fixed];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}
