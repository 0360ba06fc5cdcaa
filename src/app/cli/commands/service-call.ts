import { parseSettings } from "../../settings/settings.ts";
import type { CommandIo } from "./command.ts";

/** A running service, and its admin token. */
export interface ServiceAddress {
  readonly base: string;
  readonly adminToken: string;
}

/** The address of the service: the URL, else `HOST` and `PORT`; a string is the reason why it is invalid. */
export function readServiceAddress(io: CommandIo, given: string | undefined): ServiceAddress | string {
  const parsed = parseSettings(io.env, { terminal: false });
  if (parsed.kind === "invalid") return parsed.message;
  const { host, port, adminToken } = parsed.settings;
  const base = given ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (!/^https?:$/.test(URL.parse(base)?.protocol ?? ""))
    return "the URL must begin with http:// or https://, such as http://127.0.0.1:8000";
  if (adminToken === undefined) return "ADMIN_TOKEN is not set: it must be the token of the service";
  return { base, adminToken };
}

/** One request to an admin route. */
export interface ServiceCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: string | undefined;
  readonly timeoutSeconds: number;
}

/** The JSON of the answer, or a string with the reason for none. */
export type ServiceAnswer = string | { readonly status: number; readonly body: unknown };

/** The route of a service that may be below a path; query and fragment of the URL are left out. */
function urlBelow(base: string, { path, query = "" }: Pick<ServiceCall, "path" | "query">): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${path}`;
  url.search = query;
  url.hash = "";
  return url;
}

/** Calls the service; neither the token nor the URL beyond its host is ever shown. */
export async function callService(
  { base, adminToken }: ServiceAddress,
  { method, path, query, timeoutSeconds }: ServiceCall,
): Promise<ServiceAnswer> {
  const url = urlBelow(base, { path, query });
  try {
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${adminToken}` },
      redirect: "error",
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    if (response.status === 401) return `${url.origin} rejected ADMIN_TOKEN: it has another token`;
    return { status: response.status, body: await response.json() };
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError")
      return `${url.origin} did not answer within ${timeoutSeconds} seconds`;
    if (error instanceof SyntaxError) return `${url.origin} answered, but is not Mosaic`;
    return `${url.origin} cannot be reached`;
  }
}
