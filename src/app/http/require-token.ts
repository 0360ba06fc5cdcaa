import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "./http-env.ts";
import { problem } from "./problem.ts";

/** A token may have every sign that `ADMIN_TOKEN` takes; RFC 6750 has fewer, and so has Hono's own middleware. */
const CREDENTIALS = /^bearer +([\x21-\x7e]+)$/i;

/** Lets through what has the admin token, and says what is wrong with anything else. */
export function requireToken(isRight: (token: string) => boolean): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const credentials = context.env.header("authorization") ?? "";
    const token = CREDENTIALS.exec(credentials)?.[1];
    if (token !== undefined && isRight(token)) return next();
    if (credentials !== "" && token === undefined) {
      return problem(context, "bad_request", {
        detail: "The Authorization header is malformed",
        headers: { "www-authenticate": 'Bearer error="invalid_request"' },
      });
    }
    return problem(context, "unauthorized", {
      detail: "Send the header Authorization: Bearer followed by the value of ADMIN_TOKEN",
      headers: {
        "www-authenticate": token === undefined ? 'Bearer realm="mosaic"' : 'Bearer error="invalid_token"',
      },
    });
  };
}
