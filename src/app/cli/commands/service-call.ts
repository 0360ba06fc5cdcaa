import * as v from "valibot";
import type { Language } from "../../../lib/language.ts";
import { createServerUrl } from "../../settings/url-settings.ts";
import { type CommandArguments, type CommandIo, EXIT_CODES, type ExitCode, printFailure } from "./command.ts";
import { readSettings } from "./read-settings.ts";

interface ServiceAddress {
  readonly base: string;
  readonly adminToken: string;
}

/** Reads the address of the service: the argument, or `HOST` and `PORT`; undefined after printing an error. */
function readServiceAddress(
  io: CommandIo,
  given: string | undefined,
  language: Language,
): ServiceAddress | undefined {
  const settings = readSettings(io, language);
  if (settings === undefined) return undefined;
  const { host, port, adminToken } = settings;
  const base = given ?? createServerUrl(host, port);
  const isUrl = /^https?:$/.test(URL.parse(base)?.protocol ?? "");
  if (isUrl && adminToken !== undefined) return { base, adminToken };
  const texts = SERVICE_TEXTS[language];
  printFailure(io, isUrl ? texts.noToken : texts.url);
  return undefined;
}

/** One request to an admin route. */
interface ServiceCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: string | undefined;
  readonly timeoutSeconds: number;
  /** The language in which a failure is explained. */
  readonly language?: Language;
}

/** An answer; its body is parsed JSON. */
interface ServiceAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls the service that the argument or the settings name. Returns an exit code after printing an error. */
export async function requestService(
  io: CommandIo,
  { positionals, language }: CommandArguments,
  call: Omit<ServiceCall, "language">,
): Promise<ExitCode | (ServiceAnswer & { readonly origin: string })> {
  const address = readServiceAddress(io, positionals[0], language);
  if (address === undefined) return EXIT_CODES.usage;
  const answer = await callService(address, { ...call, language });
  if (typeof answer === "string") return printFailure(io, answer);
  return { ...answer, origin: new URL(address.base).origin };
}

const READ_TIMEOUT_SECONDS = 10;

/** Reads an admin route of the service. Returns an exit code after printing an error. */
export async function queryService<Schema extends v.GenericSchema>(
  io: CommandIo,
  args: CommandArguments,
  { path, schema }: { readonly path: string; readonly schema: Schema },
): Promise<ExitCode | v.InferOutput<Schema>> {
  const call = { method: "GET", path, timeoutSeconds: READ_TIMEOUT_SECONDS } as const;
  const answer = await requestService(io, args, call);
  if (typeof answer === "number") return answer;
  const parsed = v.safeParse(schema, answer.status === 200 ? answer.body : undefined);
  return parsed.success ? parsed.output : printFailure(io, describeRefusal(answer, args.language));
}

/** Makes the URL of a route below the path of the service's URL, without its query and fragment. */
function createUrl(base: string, { path, query = "" }: Pick<ServiceCall, "path" | "query">): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${path}`;
  url.search = query;
  url.hash = "";
  return url;
}

/**
 * Calls the service; returns a string with the reason if that fails. A reason contains the origin of the URL, never the
 * rest of the URL or the token.
 */
export async function callService(
  { base, adminToken }: ServiceAddress,
  { method, path, query, timeoutSeconds, language = "en" }: ServiceCall,
): Promise<ServiceAnswer | string> {
  const url = createUrl(base, { path, query });
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

const problemSchema = v.looseObject({
  type: v.pipe(v.string(), v.startsWith("urn:mosaic:problem:")),
  code: v.string(),
  detail: v.string(),
});

/** Explains an answer that a command cannot use: a problem of the service, or the answer of another program. */
export function describeRefusal(
  { status, body, origin }: ServiceAnswer & { readonly origin: string },
  language: Language,
): string {
  const texts = SERVICE_TEXTS[language];
  const problem = v.safeParse(problemSchema, body);
  if (!problem.success) return texts.stranger(origin, status);
  const { code, detail } = problem.output;
  return `${texts.answered(origin, status)}: ${describeCause(code, detail, language)} [${code}]`;
}

/** Problems whose detail adds something to their code, such as a path, a view or a generation. */
const DETAILED_PROBLEMS: ReadonlySet<string> = new Set([
  "catalog_generation_conflict",
  "catalog_rollback",
  "catalog_signature_invalid",
  "catalog_unreadable",
  "signing_keys_unusable",
]);

/**
 * Explains a problem by the text for its code in a language, and by the service's English detail if there is
 * no text or the detail adds something.
 */
export function describeCause(code: string, detail: string, language: Language): string {
  const cause = SERVICE_TEXTS[language].causes.get(code);
  if (cause === undefined) return detail;
  return DETAILED_PROBLEMS.has(code) ? `${cause}: ${detail}` : cause;
}

export const SERVICE_TEXTS = {
  en: {
    stranger: (origin: string, status: number) => `${origin} answered ${status}, but is not Mosaic`,
    answered: (origin: string, status: number) => `${origin} answered ${status}`,
    url: "the URL must begin with http:// or https://, such as http://127.0.0.1:8000",
    noToken: "ADMIN_TOKEN is not set: it must be the token of the service",
    rejected: (origin: string) => `${origin} rejected ADMIN_TOKEN: set it to the token of that service`,
    late: (origin: string, seconds: number) => `${origin} did not answer within ${seconds} seconds`,
    noJson: (origin: string) => `${origin} answered, but is not Mosaic`,
    unreachable: (origin: string) => `${origin} cannot be reached`,
    causes: new Map<string, string>(),
  },
  pt: {
    stranger: (origin: string, status: number) => `${origin} respondeu ${status}, mas não é o Mosaic`,
    answered: (origin: string, status: number) => `${origin} respondeu ${status}`,
    url: "a URL precisa começar com http:// ou https://, como http://127.0.0.1:8000",
    noToken: "ADMIN_TOKEN não está definida: precisa ser o token do serviço",
    rejected: (origin: string) => `${origin} recusou ADMIN_TOKEN: o token dele é outro`,
    late: (origin: string, seconds: number) => `${origin} não respondeu em ${seconds} segundos`,
    noJson: (origin: string) => `${origin} respondeu, mas não é o Mosaic`,
    unreachable: (origin: string) => `não é possível alcançar ${origin}`,
    causes: new Map<string, string>([
      ["catalog_foreign", "o catálogo de outra frota está publicado neste namespace"],
      ["catalog_generation_conflict", "outro catálogo tem esta geração"],
      ["catalog_invalid", "o catálogo em disco é inválido"],
      ["catalog_rollback", "o catálogo em disco é de uma versão mais antiga"],
      ["catalog_signature_invalid", "a assinatura do catálogo em disco é inválida"],
      ["catalog_unreadable", "não é possível ler o catálogo em disco"],
      ["catalog_unsigned", "o catálogo em disco não está assinado"],
      ["signing_keys_unusable", "não é possível ler as chaves de assinatura"],
      ["too_many_attempts", "tokens de administração errados demais; tente de novo mais tarde"],
    ]),
  },
};
