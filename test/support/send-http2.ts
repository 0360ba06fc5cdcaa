import { connect } from "node:http2";

export interface Http2Request {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent one by one, and nothing after them ends the body unless `ends` does. */
  readonly chunks: readonly Uint8Array[];
  readonly ends: boolean;
}

export interface Http2Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends one POST over HTTP/2 with prior knowledge, as Deno's server takes it, over a connection of its own. */
export async function sendHttp2(
  url: string,
  { path, headers, chunks, ends }: Http2Request,
): Promise<Http2Answer> {
  const session = connect(url);
  session.on("error", () => undefined);
  try {
    return await new Promise<Http2Answer>((resolve, reject) => {
      const stream = session.request({ ":method": "POST", ":path": path, ...headers });
      let status = 0;
      let text = "";
      // A problem document is whole when its last brace is there; the stream may stay open for the body.
      const settle = (): void => {
        if (status !== 0 && text.endsWith("}")) resolve({ status, text });
      };
      // Deno's client may report the first data before the head.
      stream.on("response", (head) => {
        status = Number(head[":status"]);
        settle();
      });
      stream.setEncoding("utf8");
      stream.on("data", (chunk: string) => {
        text += chunk;
        settle();
      });
      stream.once("end", () => resolve({ status, text }));
      stream.once("error", reject);
      for (const chunk of chunks) stream.write(chunk);
      if (ends) stream.end();
    });
  } finally {
    session.destroy();
  }
}
