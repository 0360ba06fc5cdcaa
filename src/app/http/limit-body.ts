import { setTimeout as delay } from "node:timers/promises";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
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
  const counted = bodyLimit({ maxSize: bytesMax, onError: () => new Response(null, { status: 413 }) });

  /** Only this looks into the stream, for Deno warns about what that does to a request. */
  async function count(context: HttpContext): Promise<BodyRead> {
    const refused = await counted(context, async () => undefined);
    return refused === undefined ? "whole" : "too-large";
  }

  function read(context: HttpContext): Promise<BodyRead> {
    return context.env.header("transfer-encoding") === undefined
      ? context.req.text().then(() => "whole")
      : count(context);
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
