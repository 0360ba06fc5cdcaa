import type { Socket } from "node:net";
import { createTcpFlow, type TcpItem } from "./tcp-flow.ts";

/** Shared by a proxy's connections; the proxy changes it while they live. */
export interface TcpFaults {
  isPaused: boolean;
  delayMs: number;
  resetAfterBytes: number | undefined;
  lie: Buffer | undefined;
}

export interface ProxiedConnectionOptions {
  readonly client: Socket;
  readonly connectServer: () => Socket;
  readonly faults: TcpFaults;
  readonly onFinished: () => void;
}

export interface ProxiedConnection {
  hasClient(): boolean;
  pump(): void;
  step(): void;
  destroy(): void;
}

export function createProxiedConnection(options: ProxiedConnectionOptions): ProxiedConnection {
  const { client, connectServer, faults, onFinished } = options;
  let server: Socket | undefined;

  const reachServer = (): Socket => {
    if (server !== undefined) return server;
    server = connectServer();
    server.setNoDelay(true);
    server.on("data", toClient.push);
    server.on("error", () => toClient.push("reset"));
    server.once("close", () => {
      toClient.push("end");
      if (client.destroyed) onFinished();
    });
    return server;
  };
  const deliverToServer = (item: TcpItem): Socket | undefined => {
    if (typeof item === "string") {
      if (server === undefined || server.destroyed) onFinished();
      else closeSocket(server, item);
    } else if (faults.lie !== undefined) {
      for (let answers = countRequests(item); answers > 0; answers--) toClient.push(faults.lie);
    } else {
      const socket = reachServer();
      if (socket.writable) socket.write(item);
      return socket;
    }
    return undefined;
  };
  const toServer = createTcpFlow({
    isPaused: () => faults.isPaused,
    delayMs: () => 0,
    deliver: deliverToServer,
    onFull: (isFull) => throttle(client, isFull),
  });
  const toClient = createTcpFlow({
    isPaused: () => faults.isPaused,
    delayMs: () => faults.delayMs,
    deliver: createReplyDelivery({ client, faults, onReset: () => server?.destroy() }),
    onFull: (isFull) => throttle(server, isFull),
  });
  client.setNoDelay(true);
  client.on("data", toServer.push);
  client.on("error", () => toServer.push("reset"));
  client.once("close", () => toServer.push("end"));
  if (faults.lie === undefined) reachServer();

  return {
    hasClient: () => !client.destroyed,
    pump: () => {
      toServer.pump();
      toClient.pump();
    },
    step: () => {
      toServer.step();
      toClient.step();
    },
    destroy: () => {
      toServer.close();
      toClient.close();
      client.destroy();
      server?.destroy();
    },
  };
}

/** How many RESP commands begin in a chunk; a chunk of another protocol, or the rest of a command, is one. */
function countRequests(chunk: Buffer): number {
  return Math.max(1, chunk.toString("latin1").match(/(?:^|\r\n)\*\d+\r\n/g)?.length ?? 0);
}

interface ReplyDeliveryOptions {
  readonly client: Socket;
  readonly faults: TcpFaults;
  readonly onReset: () => void;
}

function createReplyDelivery(options: ReplyDeliveryOptions): (item: TcpItem) => Socket | undefined {
  const { client, faults, onReset } = options;
  let isReset = false;

  const resetAfter = (lastBytes: Buffer): void => {
    isReset = true;
    onReset();
    if (lastBytes.length === 0) client.resetAndDestroy();
    // Only once the system has the bytes, else the reset would overtake them.
    else client.write(lastBytes, () => client.resetAndDestroy());
  };

  return (item) => {
    if (isReset || !client.writable) return undefined;
    if (typeof item === "string") {
      closeSocket(client, item);
      return undefined;
    }
    const { resetAfterBytes } = faults;
    if (resetAfterBytes !== undefined && item.length >= resetAfterBytes) {
      faults.resetAfterBytes = undefined;
      resetAfter(item.subarray(0, resetAfterBytes));
      return undefined;
    }
    if (resetAfterBytes !== undefined) faults.resetAfterBytes = resetAfterBytes - item.length;
    client.write(item);
    return client;
  };
}

function closeSocket(socket: Socket, how: "end" | "reset"): void {
  if (how === "end") socket.end();
  else socket.resetAndDestroy();
}

function throttle(socket: Socket | undefined, isFull: boolean): void {
  if (isFull) socket?.pause();
  else if (socket?.isPaused()) socket.resume();
}
