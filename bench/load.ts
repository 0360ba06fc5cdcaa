import { createConnection, type Socket } from "node:net";

/** A load on one path, made of raw sockets so that the client costs little beside the server. */
export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly requests: number;
  /** Default: none, for the plain bytes. */
  readonly acceptEncoding?: string;
}

/** Sends requests over kept-alive connections, one at a time each, and returns how many a second were answered. */
export async function requestsPerSecond({
  port,
  path,
  connections,
  requests,
  acceptEncoding,
}: LoadOptions): Promise<number> {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: application/json\r\n${acceptEncoding === undefined ? "" : `Accept-Encoding: ${acceptEncoding}\r\n`}\r\n`;
  const responseBytes = await measureResponse(port, request);
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const share = Math.ceil(requests / connections);
  const startedMs = performance.now();
  await Promise.all(sockets.map((socket) => drive(socket, { request, responseBytes, requests: share })));
  const seconds = (performance.now() - startedMs) / 1000;
  for (const socket of sockets) socket.destroy();
  return (share * connections) / seconds;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** All answers to one path have the same length, since ids and dates do: only bytes need to be counted. */
async function measureResponse(port: number, request: string): Promise<number> {
  const socket = await open(port);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    socket.on("error", reject);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const headEnd = received.indexOf("\r\n\r\n");
      const length =
        headEnd < 0 ? undefined : /content-length: (\d+)/i.exec(received.toString("latin1", 0, headEnd))?.[1];
      if (!received.toString("latin1", 0, 12).startsWith("HTTP/1.1 200")) {
        socket.destroy();
        reject(new Error(`Cannot run the benchmark: ${received.toString("latin1", 0, 64)}`));
      } else if (length !== undefined && received.length >= headEnd + 4 + Number(length)) {
        socket.destroy();
        resolve(headEnd + 4 + Number(length));
      }
    });
    socket.write(request);
  });
}

interface Drive {
  readonly request: string;
  readonly responseBytes: number;
  readonly requests: number;
}

function drive(socket: Socket, { request, responseBytes, requests }: Drive): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = requests;
    let missing = responseBytes;
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("Cannot run the benchmark: the server closed a connection")));
    socket.on("data", (chunk: Buffer) => {
      missing -= chunk.length;
      if (missing > 0) return;
      left -= 1;
      missing = responseBytes;
      if (left === 0) resolve();
      else socket.write(request);
    });
    socket.write(request);
  });
}
