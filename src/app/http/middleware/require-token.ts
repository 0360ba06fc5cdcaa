import type { MiddlewareHandler } from "hono";
import { problem } from "../responses/problem.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";

/**
 * Every token that the settings accept: RFC 6750 has fewer characters, and tokens with others would always be
 * refused.
 */
const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** Admits a request with the right token; a repeated header is invalid. */
export function requireToken(isRight: (token: string) => boolean): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const given = context.env.header("authorization");
    if (given === undefined || given === "") return refuse(context, 'Bearer realm="mosaic"');
    const token = bearerToken(given);
    if (token === undefined) {
      const headers = { "www-authenticate": 'Bearer error="invalid_request"' };
      return problem(context, "bad_request", { detail: "The Authorization header is malformed", headers });
    }
    return isRight(token) ? next() : refuse(context, 'Bearer error="invalid_token"');
  };
}

/** The token of an `Authorization` header; undefined for anything else. */
export function bearerToken(header: string | undefined): string | undefined {
  return BEARER.exec(header ?? "")?.[1];
}

function refuse(context: HttpContext, challenge: string): Response {
  const detail = "Send the header Authorization: Bearer followed by the value of ADMIN_TOKEN";
  return problem(context, "unauthorized", { detail, headers: { "www-authenticate": challenge } });
}
