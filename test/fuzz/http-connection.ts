import { connect, type Socket } from "node:net";

/** What came back for one request. */
export interface RawAnswer {
  /** Undefined when the connection was closed without a word. */
  readonly status: number | undefined;
  readonly body: string;
  readonly contentType: string;
}

/** A connection that sends any bytes, and opens itself anew when it was closed. */
export interface HttpConnection {
  /**
   * Sends one request and reads its answer.
   *
   * @param options.last nothing follows: what is missing from the request is not waited for
   */
  exchange(
    request: string,
    options: { readonly bodiless: boolean; readonly last: boolean },
  ): Promise<RawAnswer>;
  close(): void;
}

const PATIENCE_MS = 10_000;
const NOTHING: RawAnswer = { status: undefined, body: "", contentType: "" };

export function createHttpConnection(port: number): HttpConnection {
  let kept: Socket | undefined;
  return {
    exchange(request, { bodiless, last }) {
      const socket = kept === undefined || kept.destroyed ? open(port) : kept;
      kept = last ? undefined : socket;
      const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
      let received = "";
      const finish = (answer: RawAnswer): void => {
        clearTimeout(timer);
        socket.removeAllListeners("data").removeAllListeners("close");
        if (last || answer.status === undefined || /^connection: close\r$/im.test(headOf(received)))
          socket.destroy();
        resolve(answer);
      };
      const timer = setTimeout(() => {
        socket.destroy();
        reject(
          new Error(`No answer within ${PATIENCE_MS} ms, but ${JSON.stringify(received.slice(0, 200))}`),
        );
      }, PATIENCE_MS);
      socket.on("data", (chunk: string) => {
        received += chunk;
        const answer = readAnswer(received, bodiless);
        if (answer !== undefined) finish(answer);
      });
      socket.once("close", () => finish(readAnswer(received, true) ?? NOTHING));
      if (last) socket.end(request, "latin1");
      else socket.write(request, "latin1");
      return promise;
    },
    close: () => kept?.destroy(),
  };
}

function open(port: number): Socket {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  // A reset is followed by "close", which says enough.
  return socket.setEncoding("latin1").on("error", () => undefined);
}

function headOf(received: string): string {
  return received.slice(0, received.indexOf("\r\n\r\n") + 2);
}

/** Undefined until the answer is whole. */
function readAnswer(received: string, bodiless: boolean): RawAnswer | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const status = Number(/^HTTP\/1\.[01] ([0-9]{3})/.exec(received)?.[1]);
  const rest = received.slice(end + 4);
  if (status >= 100 && status < 200) return readAnswer(rest, bodiless);
  const head = headOf(received);
  const contentType = /^content-type: (.*)\r$/im.exec(head)?.[1] ?? "";
  if (bodiless || status === 204 || status === 304) return { status, body: rest, contentType };
  if (/^transfer-encoding: chunked\r$/im.test(head)) {
    return rest.endsWith("0\r\n\r\n") ? { status, body: "", contentType: "" } : undefined;
  }
  const length = Number(/^content-length: ([0-9]+)\r$/im.exec(head)?.[1] ?? 0);
  return rest.length >= length ? { status, body: rest.slice(0, length), contentType } : undefined;
}
