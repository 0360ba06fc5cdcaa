import type { Language } from "../../../lib/language.ts";
import { parseSettings } from "../../settings/settings.ts";
import type { CommandIo } from "./command.ts";

export interface ServiceAddress {
  readonly base: string;
  readonly adminToken: string;
}

/**
 * Reads the address of the service: the argument, or `HOST` and `PORT`. If the address is invalid, returns a
 * string with the reason.
 */
export function readServiceAddress(
  io: CommandIo,
  given: string | undefined,
  language: Language = "en",
): ServiceAddress | string {
  const texts = SERVICE_TEXTS[language];
  const parsed = parseSettings(io.env, { terminal: false });
  if (parsed.kind === "invalid") return parsed.message;
  const { host, port, adminToken } = parsed.settings;
  const base = given ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (!/^https?:$/.test(URL.parse(base)?.protocol ?? "")) return texts.url;
  if (adminToken === undefined) return texts.noToken;
  return { base, adminToken };
}

/** One request to an admin route. */
export interface ServiceCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: string | undefined;
  readonly timeoutSeconds: number;
  /** The language in which a failure is explained. */
  readonly language?: Language;
}

/** The status and JSON of the answer, or a string that explains the failure. */
export type ServiceAnswer = string | { readonly status: number; readonly body: unknown };

/** Makes the URL of a route below the path of the service's URL, without its query and fragment. */
function urlBelow(base: string, { path, query = "" }: Pick<ServiceCall, "path" | "query">): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${path}`;
  url.search = query;
  url.hash = "";
  return url;
}

/** Calls the service. A reason contains the origin of the URL, never the rest of the URL or the token. */
export async function callService(
  { base, adminToken }: ServiceAddress,
  { method, path, query, timeoutSeconds, language = "en" }: ServiceCall,
): Promise<ServiceAnswer> {
  const url = urlBelow(base, { path, query });
  const texts = SERVICE_TEXTS[language];
  try {
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${adminToken}` },
      redirect: "error",
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    if (response.status === 401) return texts.rejected(url.origin);
    return { status: response.status, body: await response.json() };
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError")
      return texts.late(url.origin, timeoutSeconds);
    if (error instanceof SyntaxError) return texts.noJson(url.origin);
    return texts.unreachable(url.origin);
  }
}

export const SERVICE_TEXTS = {
  en: {
    url: "the URL must begin with http:// or https://, such as http://127.0.0.1:8000",
    noToken: "ADMIN_TOKEN is not set: it must be the token of the service",
    rejected: (origin: string) => `${origin} rejected ADMIN_TOKEN: set it to the token of that service`,
    late: (origin: string, seconds: number) => `${origin} did not answer within ${seconds} seconds`,
    noJson: (origin: string) => `${origin} answered, but is not Mosaic`,
    unreachable: (origin: string) => `${origin} cannot be reached`,
  },
  pt: {
    url: "a URL precisa começar com http:// ou https://, como http://127.0.0.1:8000",
    noToken: "ADMIN_TOKEN não está definida: precisa ser o token do serviço",
    rejected: (origin: string) => `${origin} recusou ADMIN_TOKEN: o token dele é outro`,
    late: (origin: string, seconds: number) => `${origin} não respondeu em ${seconds} segundos`,
    noJson: (origin: string) => `${origin} respondeu, mas não é o Mosaic`,
    unreachable: (origin: string) => `não é possível alcançar ${origin}`,
  },
};
