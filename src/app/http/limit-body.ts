import { setTimeout as delay } from "node:timers/promises";
import type { MiddlewareHandler } from "hono";
import type { HttpContext, HttpEnv } from "./http-env.ts";
import { problem } from "./problem.ts";

/** What a request may bring along. */
export interface BodyLimits {
  readonly bytesMax: number;
  /** From the end of its head until the whole body is there. */
  readonly timeoutMs: number;
}

type BodyRead = "broken" | "late" | "too-large" | "whole";

/**
 * Reads the body of a request before its handler does, who then finds it read: by the length that it announces, or, if it
 * comes in chunks, by counting.
 *
 * Bodies that are too large or take too long are refused here, so that no handler waits for a client.
 */
export function limitBody({ bytesMax, timeoutMs }: BodyLimits): MiddlewareHandler<HttpEnv> {
  function read(context: HttpContext): Promise<BodyRead> {
    return context.env.header("transfer-encoding") === undefined
      ? context.req.text().then(() => "whole")
      : readChunks(context, bytesMax);
  }

  return async (context, next) => {
    const { header } = context.env;
    const bytes = Number(header("content-length") ?? 0);
    if (header("transfer-encoding") === undefined) {
      if (bytes > bytesMax) return refuse(context, "too-large", bytesMax);
      if (bytes === 0) return next();
    }
    const outcome = await within(timeoutMs, read(context));
    return outcome === "whole" ? next() : refuse(context, outcome, bytesMax);
  };
}

/**
 * Hands on what it has read where the context keeps the bodies that were read: with a request made of it, as Hono's own
 * limit has it, Deno warns of a signal that is aborted by the answer.
 */
async function readChunks({ req }: HttpContext, bytesMax: number): Promise<BodyRead> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  // Not by `for await`: to leave it would cancel the body, and with it the connection that takes the answer.
  const reader = req.raw.body?.getReader();
  for (;;) {
    const { done = true, value } = (await reader?.read()) ?? {};
    if (done || value === undefined) break;
    bytes += value.byteLength;
    if (bytes > bytesMax) return "too-large";
    chunks.push(value);
  }
  // Its type tells of texts, but what is kept there are promises.
  Object.assign(req.bodyCache, { text: new Blob(chunks).text() });
  return "whole";
}

async function within(timeoutMs: number, reading: Promise<BodyRead>): Promise<BodyRead> {
  const limit = new AbortController();
  const late = delay<BodyRead>(timeoutMs, "late", { signal: limit.signal });
  const broken = (): BodyRead => "broken";
  try {
    return await Promise.race([reading.catch(broken), late]);
  } finally {
    limit.abort();
    // What is aborted rejects, and nobody waits for it any more.
    late.catch(() => undefined);
  }
}

function refuse(context: HttpContext, why: Exclude<BodyRead, "whole">, bytesMax: number): Response {
  switch (why) {
    case "too-large":
      return problem(context, "body_too_large", { detail: `At most ${bytesMax} bytes` });
    case "broken":
      return problem(context, "bad_request", { detail: "The body ended before it was whole" });
    case "late":
      return problem(context, "request_timeout", {
        detail: "The body did not arrive in time",
        headers: { connection: "close" },
      });
  }
}
