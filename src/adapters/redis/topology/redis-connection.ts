import type { Socket } from "node:net";
import { Redis, type RedisOptions } from "ioredis";
import { jitteredBackoffMs } from "../../../lib/backoff.ts";
import { startUnblockedTimer } from "../../../lib/deadline.ts";
import { formatAddress, type RedisAddress } from "../../../lib/redis-url.ts";
import type { CacheFault } from "../../../ports/cache-port.ts";
import { type ConnectionState, createConnector, type Endpoint, type ServerInfo } from "./connector.ts";
import {
  type ClientLogin,
  ConnectionError,
  createFault,
  describeFault,
  recognizeFault,
} from "./recognize-fault.ts";
import type { TlsFiles } from "./tls-options.ts";

/** One client of Redis, and the state of its server. */
export interface RedisConnection {
  readonly client: Redis;
  readonly state: Readonly<ConnectionState>;
  /** The reason why there is no connection; with a connection, the last refusal of the server. */
  fault(): CacheFault | undefined;
  /** The server of the last attempt to connect, such as `127.0.0.1:6379`; undefined before the first attempt. */
  address(): string | undefined;
  /** Called with each error reply whose fault is recognized. */
  onReplyFault(listener: (fault: CacheFault) => void): void;
  /** Called with each failure. The detail of a failure contains no secrets. */
  onFailure(listener: (failure: ConnectionFailure) => void): void;
  /** Clears the last refusal, after the connected server was promoted to primary. */
  clearReplyFault(): void;
}

/** Why there is no connection, or what the server refused. */
export interface ConnectionFailure {
  readonly fault: CacheFault | undefined;
  /** The text of the fault, and the message of the system or of Redis. */
  readonly detail: string;
}

export interface RedisConnectionOptions {
  readonly address: RedisAddress;
  readonly locate: () => Promise<Endpoint>;
  readonly tls: TlsFiles | undefined;
  /**
   * The time limit to open the connection, including TLS. After that, the server has the same time again to become
   * ready.
   */
  readonly connectTimeoutMs: number;
  /** The longest pause between two attempts to connect. */
  readonly retryDelayMsMax: number;
  /** Returns a number from 0 to 1, which spreads the attempts of a fleet. */
  readonly random: () => number;
}

const RETRY_DELAY_MS_MIN = 50;

/**
 * Makes a client that never queues, never resends and never stops reconnecting: a command without a live
 * connection fails at once, and the caller decides what that means.
 */
export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const { address, tls, connectTimeoutMs, random } = options;
  const pauses = { minMs: RETRY_DELAY_MS_MIN, maxMs: options.retryDelayMsMax };
  const login: ClientLogin = { ...address, topologyKind: address.kind };
  const state: ConnectionState = { endpoint: undefined, phase: "locating", server: undefined };
  const faults: { connection?: CacheFault | undefined; reply?: CacheFault | undefined } = {};
  const onReplyFault: ((fault: CacheFault) => void)[] = [];
  const onFailure: ((failure: ConnectionFailure) => void)[] = [];

  const fail = (error: Error, fault: CacheFault | undefined): void => {
    const detail = describeFault(fault, error, login);
    for (const listener of onFailure) listener({ fault, detail });
  };
  const onReply = (error: Error): boolean => {
    const fault = recognizeFault(error, address.kind);
    if (fault !== undefined) {
      faults.reply = fault;
      fail(error, fault);
      for (const listener of onReplyFault) listener(fault);
    }
    return false;
  };
  const reject = (info: ServerInfo): ConnectionError | undefined =>
    createUnsuitableServerError(info, address.kind, state);
  const client = new Redis({
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    db: address.database,
    // Shows ioredis that TLS is used; the connector applies the options.
    ...(tls === undefined ? {} : { tls: {} }),
    Connector: createConnector({
      ...{ state, locate: options.locate, tls, reject, timeoutMs: connectTimeoutMs, pauses, random },
    }),
    lazyConnect: true,
    // Commands such as CLIENT SETINFO need a permission that also allows closing connections of other clients.
    disableClientInfo: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // Off, because the connector enforces the time limit.
    connectTimeout: 0,
    // A frozen server never acknowledges a close: the connection is dropped instead.
    disconnectTimeout: 1,
    retryStrategy: (attempt: number) => jitteredBackoffMs(attempt, pauses, random()),
    // Only records the fault; follow-primary.ts decides whether to reconnect.
    reconnectOnError: onReply,
  } satisfies RedisOptions);

  client.on("error", (error: Error) => {
    // The client was closed while it looked for a server.
    if (error.name === "AbortError") return;
    // After the loss of a connection in use, the next attempt shows the reason.
    const fault = state.phase === "ready" ? undefined : recognizeFault(error, address.kind);
    faults.connection = fault ?? faults.connection;
    fail(error, fault);
  });
  client.on("ready", () => {
    state.phase = "ready";
    faults.connection = undefined;
    faults.reply = state.server?.role === "slave" ? createFault("replica") : undefined;
  });
  watchHandshakes(client, state, connectTimeoutMs);
  disconnectOnFailedSelect(client);
  return {
    client,
    state,
    fault: () => (client.status === "ready" ? faults.reply : faults.connection),
    address: () => (state.endpoint === undefined ? undefined : endpointNameOf(state.endpoint)),
    onReplyFault: (listener) => onReplyFault.push(listener),
    onFailure: (listener) => onFailure.push(listener),
    clearReplyFault() {
      faults.reply = undefined;
    },
  };
}

/** Makes the error for a Sentinel, or for a replica where a primary is required; undefined for a usable server. */
function createUnsuitableServerError(
  { redis_mode: mode, role }: ServerInfo,
  topologyKind: RedisAddress["kind"],
  { endpoint }: ConnectionState,
): ConnectionError | undefined {
  const serverName = endpointNameOf(endpoint);
  if (mode === "sentinel") return new ConnectionError("sentinel", serverName);
  // A URL with one server may name a replica, which can be read.
  if (topologyKind !== "sentinel" && topologyKind !== "cluster") return undefined;
  return role === "slave" ? new ConnectionError("replica", serverName) : undefined;
}

/**
 * Drops a connection whose server lacks or refuses the requested database: otherwise the client would use database 0.
 */
function disconnectOnFailedSelect(client: Redis): void {
  client.on("error", (error: Error & { readonly command?: { readonly name: string } }) => {
    if (error.command?.name === "select") client.disconnect(true);
  });
}

/**
 * Reports each connection that closes or stalls before the server is ready. The client has no error for either, and no
 * time limit between the TCP connection and the first answer.
 */
function watchHandshakes(client: Redis, state: ConnectionState, timeoutMs: number): void {
  let stopTimer: () => void = () => undefined;
  let hasReported = false;
  const report = (error: ConnectionError): void => {
    client.emit("error", error);
  };
  const onStall = (): void => {
    const hasAnswered = ((client.stream as Partial<Socket>).bytesRead ?? 0) > 0 && state.phase !== "tls";
    const progress = hasAnswered ? "answered, but was not ready" : "did not answer";
    const detail = `${endpointNameOf(state.endpoint)} ${progress} within ${timeoutMs} ms`;
    report(new ConnectionError(hasAnswered ? "slow-handshake" : "no-answer", detail));
    client.disconnect(true);
  };
  client.on("error", () => {
    hasReported = true;
  });
  client.on("connecting", () => {
    hasReported = false;
  });
  client.on("connect", () => {
    state.phase = "handshake";
    stopTimer();
    stopTimer = startUnblockedTimer(timeoutMs, onStall);
  });
  client.on("close", () => {
    stopTimer();
    // When the caller closes the client, the status is already `end`.
    if (state.phase === "ready" || hasReported || client.status === "end") return;
    report(new ConnectionError("closed-early", `${endpointNameOf(state.endpoint)} closed the connection`));
  });
  client.on("ready", () => stopTimer());
  client.on("end", () => stopTimer());
}

function endpointNameOf(endpoint: Endpoint | undefined): string {
  if (endpoint === undefined) return "the server";
  return "path" in endpoint ? endpoint.path : formatAddress(endpoint);
}
