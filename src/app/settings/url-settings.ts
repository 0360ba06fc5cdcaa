import type { Language, LocalizedText } from "../../lib/language.ts";
import { formatAddress, maskRedisUrl } from "../../lib/redis-url.ts";

const URL_WITH_SLASHES = /^[a-z][a-z0-9+.-]*:\/\//i;

/**
 * Matches spaces and control characters. URL parsers drop some of them silently, so the URL in use would
 * differ from the checked one.
 */
const SPACE_OR_CONTROL = /[\p{Cc}\s]/u;

/** The URL of a service that listens on this host and port. */
export function createServerUrl(host: string, port: number): string {
  return `http://${formatAddress({ host, port })}`;
}

/** Whether a URL has no spaces and control characters; only paths after `sqlite:` may have them. */
export function isPlainUrl(text: string): boolean {
  return text.startsWith("sqlite:") || !SPACE_OR_CONTROL.test(text);
}

export function isDatabaseUrl(text: string): boolean {
  if (text.startsWith("sqlite:")) return text.length > "sqlite:".length;
  const url = parseDatabaseUrl(text);
  return url !== undefined && (url.hostname !== "" || (url.searchParams.get("host") ?? "") !== "");
}

/**
 * Parses the URL of a PostgreSQL server. The URL of a socket may have a user and no host. Only database
 * drivers can parse such a URL, so a host is inserted first.
 */
function parseDatabaseUrl(text: string): URL | undefined {
  const url = URL.parse(text) ?? URL.parse(text.replace("@/", "@socket.invalid/"));
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol)) return undefined;
  return url;
}

/**
 * Whether a PostgreSQL URL names several hosts: libpq allows that, but the driver used here connects to one.
 */
export function namesSeveralHosts(text: string): boolean {
  if (!/^postgres(?:ql)?:\/\//.test(text)) return false;
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? "";
  const hosts = authority.slice(authority.lastIndexOf("@") + 1);
  const { searchParams } =
    URL.parse(text.slice(text.indexOf("?")), "postgres://h") ?? new URL("postgres://h");
  const queryHosts = text.includes("?") ? [searchParams.get("host"), searchParams.get("port")] : [];
  return [hosts, ...queryHosts].some((part) => part?.includes(",") === true);
}

/** False if an "@" comes after the host: messages could then show a part of the password. */
export function hasNoPasswordAfterHost(text: string): boolean {
  if (!URL_WITH_SLASHES.test(text)) return true;
  const url = URL.parse(text);
  if (url !== null) return !`${url.pathname}${url.search}${url.hash}`.includes("@");
  // `URL.parse` refuses a URL with a slash in the password, because it takes the text before the slash as a
  // port.
  return !/[/?#][^@]*@/.test(text.replace(URL_WITH_SLASHES, ""));
}

/**
 * Whether the escapes in the user, password, host and path of a URL can be decoded. If not, a driver would fail
 * late, or keep escapes undecoded.
 */
export function hasValidEscapes(text: string): boolean {
  const url = text.startsWith("sqlite:") ? null : URL.parse(text);
  if (url === null && maskRedisUrl(text) === undefined) return true;
  try {
    // `URL.parse` refuses a URL with several hosts, so its whole text is decoded.
    const parts = url === null ? [text] : [url.username, url.password, url.hostname, url.pathname];
    for (const part of parts) decodeURIComponent(part);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/** A value that is no URL may contain a password, so it is shown only if it looks like a name or a path. */
const PLAIN_NAME = /^[\w./-]*$/;
const HIDDEN_URL: LocalizedText = {
  en: "(not shown: not a valid URL)",
  pt: "(não é mostrado: não é uma URL válida)",
};
/**
 * Schemes that occur in these settings. In a text with "@", a scheme that is not in this list may be a user
 * name, with a password after the colon.
 */
const URL_SCHEME =
  /^(?:amqps?|file|ftps?|grpc|https?|mariadb|mongodb|mssql|mysql|postgres(?:ql)?|rediss?(?:-cluster|-sentinel)?|redis\+unix|sqlite|sqlserver|tcp|valkeys?|wss?):$/;

/** Removes user and password from a URL for messages and logs, with every part that may belong to them. */
export function maskUrl(text: string, language: Language = "en"): string {
  const severalHosts = /^rediss?[+-]/.test(text) ? maskRedisUrl(text) : undefined;
  if (severalHosts !== undefined) return severalHosts;
  const url = URL.parse(text);
  if (url === null) return PLAIN_NAME.test(text) ? text : HIDDEN_URL[language];
  if (text.includes("@") && !URL_SCHEME.test(url.protocol)) return HIDDEN_URL[language];
  // Without "//", the part after the first colon may be a password. With an "@" or a colon after the host, a
  // password may contain a slash.
  const afterHost = `${url.pathname}${url.search}${url.hash}`;
  if (!url.href.startsWith(`${url.protocol}//`) || /[@:]/.test(afterHost)) return HIDDEN_URL[language];
  const secret = url.username === "" && url.password === "" ? "" : "***@";
  const query = url.search === "" ? "" : "?***";
  return `${url.protocol}//${secret}${url.host}${url.pathname}${query}`;
}
