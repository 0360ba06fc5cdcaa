import type { IncomingMessage, ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { HeadRefusal, RequestHandler } from "./listen.ts";

/** Answers requests that Node's parser refuses, so that they pass request logging like all others. */
export interface UnparsedAnswers {
  /** Records the current exchange of a connection. */
  begin(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Handles the parser's error on a connection: listens to `clientError`. */
  fail(error: Error & { readonly code?: string }, socket: Duplex): void;
  /** Answers on a connection without a current exchange, and closes it. */
  refuse(socket: Duplex, refusal: HeadRefusal): void;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Not an existing method: the line with the method may not have been read. */
const UNPARSED_METHOD = "UNPARSED";

export function createUnparsedAnswers(handle: RequestHandler): UnparsedAnswers {
  const exchanges = new WeakMap<Duplex, Exchange>();
  const failed = new WeakSet<Duplex>();

  const refuse = (socket: Duplex, refusal: HeadRefusal): void => {
    const request = new Request("http://localhost/", { method: UNPARSED_METHOD });
    const answered = Promise.resolve(handle(request, () => undefined, { refusal })).then(serialize);
    answered.then(
      // Closed when it is written, or with the connection of a client that does not read it.
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
      // The parser fails again at all further input.
      if (failed.has(socket)) return;
      failed.add(socket);
      const { incoming, outgoing } = exchanges.get(socket) ?? {};
      const isUnderWay = outgoing !== undefined && !outgoing.writableEnded;
      if (!socket.writable || error.code === "ECONNRESET") socket.destroy(error);
      else if (!isUnderWay) refuse(socket, refusalOf(error.code));
      else if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && !outgoing.headersSent) refuse(socket, "too-slow");
      else {
        outgoing.once("close", () => socket.destroy());
        outgoing.once("finish", () => socket.end(() => socket.destroy()));
        // A handler that reads the body gets it as aborted, and answers; it may begin to read in this very
        // turn.
        setImmediate(() => {
          const isRead = incoming?.complete === false && incoming.listenerCount("error") > 0;
          if (isRead) incoming.emit("error", error);
        });
      }
    },
  };
}

function refusalOf(code: string | undefined): HeadRefusal {
  if (code === "HPE_HEADER_OVERFLOW") return "head-too-large";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "too-slow" : "bad-request";
}

async function serialize(response: Response): Promise<string> {
  const { status } = response;
  const body = await response.text();
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  const fixed = [`content-length: ${Buffer.byteLength(body)}`, "connection: close"];
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...headers, ...fixed];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}
