import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** What one request of a load brought: an answer, or why there was none. */
export type LoadResult =
  | LoadAnswer
  | { readonly kind: "failed"; readonly path: string; readonly error: Error };

export interface LoadAnswer {
  readonly kind: "answered";
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly elapsedMs: number;
}

export interface LoadOptions {
  readonly url: string;
  /** Each is asked for over a kept-alive connection of its own, one request at a time. */
  readonly paths: readonly string[];
  /** Between an answer and the next request. */
  readonly pauseMs: number;
  readonly onResult: (result: LoadResult) => void;
}

export interface SteadyLoad {
  /** Resolves when the requests under way have ended. */
  stop(): Promise<void>;
}

const ANSWER_TIMEOUT_MS = 15_000;

/** Sends GET requests, steadily and not as many as possible, until it is stopped. */
export function loadSteadily({ url, paths, pauseMs, onResult }: LoadOptions): SteadyLoad {
  const stopping = new AbortController();
  const drive = async (path: string): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!stopping.signal.aborted) {
      onResult(await ask(agent, url, path));
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    agent.destroy();
  };
  const driven = Promise.all(paths.map(drive));
  return {
    async stop() {
      stopping.abort();
      await driven;
    },
  };
}

function ask(agent: Agent, url: string, path: string): Promise<LoadResult> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const fail = (error: Error): void => resolve({ kind: "failed", path, error });
    const sent = request(new URL(path, url), { agent, timeout: ANSWER_TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        const elapsedMs = performance.now() - startedMs;
        resolve({ kind: "answered", path, status, headers, body: Buffer.concat(chunks), elapsedMs });
      });
    });
    sent.on("timeout", () => sent.destroy(new Error(`No answer in ${ANSWER_TIMEOUT_MS} ms`)));
    sent.on("error", fail);
    sent.end();
  });
}
