import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { listenLoopback } from "./listen-loopback.ts";
import { createProxiedConnection, type ProxiedConnection, type TcpFaults } from "./proxied-connection.ts";

export interface TcpProxyOptions {
  readonly targetPort: number;
  /** Default: 127.0.0.1. */
  readonly targetHost?: string;
}

export interface TcpProxy {
  readonly port: number;
  /** Stops listening and destroys every connection: clients are refused. */
  refuse(): Promise<void>;
  /** Listens again, on the same port. */
  accept(): Promise<void>;
  /** Forwards nothing, in either direction, and keeps the connections: a black hole that still accepts. */
  pause(): void;
  /** Forwards what was held back, and goes on. */
  resume(): void;
  /** Forwards one chunk in each direction of what a pause holds back, on each connection. */
  step(): void;
  /** Delays every further chunk towards the client, order kept; 0 ends it. */
  delay(delayMs: number): void;
  /** Once: lets so many further bytes through towards the client, then resets that connection. */
  resetMidReply(afterBytes: number): void;
  /** Answers each command, or chunk, from a client with these bytes, and keeps it from the server; `undefined` ends it. */
  replyWith(bytes: string | Uint8Array | undefined): void;
  /** Connects clients that come from now on to another server. */
  retarget(targetPort: number): void;
  /** How many clients are connected. */
  connections(): number;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A loopback proxy that puts faults between a client and a real server. */
export async function startTcpProxy({ targetPort, targetHost }: TcpProxyOptions): Promise<TcpProxy> {
  let currentPort = targetPort;
  const faults: TcpFaults = { isPaused: false, delayMs: 0, resetAfterBytes: undefined, lie: undefined };
  const connections = new Set<ProxiedConnection>();
  const server = createServer((client) => {
    const connection = createProxiedConnection({
      client,
      connectServer: () => createConnection(currentPort, targetHost ?? "127.0.0.1"),
      faults,
      onFinished: () => connections.delete(connection),
    });
    connections.add(connection);
  });
  const port = await listenLoopback(server);

  const refuse = async (): Promise<void> => {
    const closed = server.listening ? once(server, "close") : undefined;
    if (closed !== undefined) server.close();
    for (const connection of connections) connection.destroy();
    connections.clear();
    await closed;
  };

  return {
    port,
    refuse,
    accept: async () => {
      if (!server.listening) await listenLoopback(server, port);
    },
    pause: () => {
      faults.isPaused = true;
    },
    resume: () => {
      faults.isPaused = false;
      for (const connection of connections) connection.pump();
    },
    step: () => {
      for (const connection of connections) connection.step();
    },
    delay: (delayMs) => {
      faults.delayMs = delayMs;
    },
    resetMidReply: (afterBytes) => {
      faults.resetAfterBytes = afterBytes;
    },
    replyWith: (bytes) => {
      faults.lie = bytes === undefined ? undefined : Buffer.from(bytes);
    },
    retarget: (nextPort) => {
      currentPort = nextPort;
    },
    connections: () => [...connections].filter((connection) => connection.hasClient()).length,
    close: refuse,
    [Symbol.asyncDispose]: refuse,
  };
}
