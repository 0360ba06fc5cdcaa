import { connect, type Socket } from "node:net";

/** What came back over a connection until it was closed, or was told to end. */
export interface RawAnswer {
  /** Undefined when it was closed without a word. */
  readonly status: number | undefined;
  readonly text: string;
}

/** Bytes as they are, one for each character, over a connection of their own; resolves when the server has closed it. */
export function sendRaw(url: string, head: string): Promise<RawAnswer> {
  const socket = openRaw(url, head);
  return new Promise((resolve) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.once("close", () => resolve({ status: statusOf(text), text }));
  });
}

/** A connection on which something was sent, and nothing more comes unless the test sends it. */
export function openRaw(url: string, head: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  // A server may reset what it will not read to its end.
  socket.on("error", () => undefined);
  socket.write(Buffer.from(head, "latin1"));
  return socket;
}

/** Of the last answer: an interim one may come before it. */
function statusOf(text: string): number | undefined {
  const status = [...text.matchAll(/^HTTP\/1\.[01] (\d{3}) /gm)].at(-1)?.[1];
  return status === undefined ? undefined : Number(status);
}
