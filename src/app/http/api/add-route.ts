import type { Context, Hono } from "hono";
import type { HttpEnv } from "../responses/request-context.ts";
import type { RouteSpec } from "./route-spec.ts";

/** Registers a route at the path of its specification, under which request logging knows it. */
export function addRoute<const Path extends string>(
  app: Hono<HttpEnv>,
  { method, path }: RouteSpec & { readonly path: Path },
  handle: (context: Context<HttpEnv, Path>) => Promise<Response> | Response,
): void {
  app.on(method.toUpperCase(), [path], (context) => {
    context.env.route = path;
    return handle(context as Context<HttpEnv, Path>);
  });
}
