import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";

/** One message of server-sent events. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: unknown;
}

/** A connection that follows server-sent events, read as they come. */
export interface EventStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** All that was sent, comments and fields included. */
  text(): string;
  events(): readonly ServerSentEvent[];
  /** `whole` when the server ended it, `cut` when the connection went. */
  readonly ended: Promise<"cut" | "whole">;
  /** Goes away, as a browser does that is closed. */
  abort(): void;
}

/** Follows a path over a connection of its own. */
export async function followEvents(url: string, path: string): Promise<EventStream> {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path, agent: false, headers: { accept: "text/event-stream" } });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let text = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const { promise: ended, resolve } = Promise.withResolvers<"cut" | "whole">();
  response.once("end", () => resolve("whole"));
  response.once("error", () => resolve("cut"));
  response.once("close", () => resolve("cut"));
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: () => text,
    events: () => parseEvents(text),
    ended,
    abort: () => sent.destroy(),
  };
}

/** The messages that are whole. */
function parseEvents(text: string): readonly ServerSentEvent[] {
  return text
    .split("\n\n")
    .slice(0, -1)
    .flatMap((block) => {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      return event === undefined || data === undefined ? [] : [{ event, data: JSON.parse(data) as unknown }];
    });
}
