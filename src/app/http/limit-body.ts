import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { HttpContext, HttpEnv } from "./http-env.ts";
import { problem } from "./problem.ts";

/**
 * Refuses bodies that are too large: by the length that they announce, or, if they come in chunks, by counting.
 *
 * Only the latter touches the body, for Deno warns about what the counting does to a request.
 */
export function limitBody(bytesMax: number): MiddlewareHandler<HttpEnv> {
  const refuse = (context: HttpContext): Response =>
    problem(context, "body_too_large", { detail: `At most ${bytesMax} bytes` });
  const counted = bodyLimit({ maxSize: bytesMax, onError: (context) => refuse(context as HttpContext) });
  return (context, next) => {
    const { header } = context.env;
    if (header("transfer-encoding") !== undefined) {
      // What the handlers throw does not come this far: only the counting can fail, when the body ends early.
      return counted(context, next).catch(() =>
        problem(context, "bad_request", { detail: "The body ended before it was whole" }),
      );
    }
    return Number(header("content-length") ?? 0) > bytesMax ? Promise.resolve(refuse(context)) : next();
  };
}
