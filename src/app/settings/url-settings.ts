import { maskRedisUrl } from "../../lib/redis-url.ts";

const WITH_SLASHES = /^[a-z][a-z0-9+.-]*:\/\//i;

/** A space, or characters that URL parsers drop silently: the checked URL would not be the used one. */
const UNSEEN = /[\p{Cc}\s]/u;

/** Whether a URL is completely encoded: no space, tab, line break or invisible character in it. */
export function isPlainUrl(text: string): boolean {
  return text.startsWith("sqlite:") || !UNSEEN.test(text);
}

export function isDatabaseUrl(text: string): boolean {
  if (text.startsWith("sqlite:")) return text.length > "sqlite:".length;
  const url = parseDatabaseUrl(text);
  return url !== undefined && (url.hostname !== "" || (url.searchParams.get("host") ?? "") !== "");
}

/**
 * The URL of a PostgreSQL server; one of a socket may have a user and no host, which only the drivers can
 * parse.
 */
function parseDatabaseUrl(text: string): URL | undefined {
  const url = URL.parse(text) ?? URL.parse(text.replace("@/", "@socket.invalid/"));
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol)) return undefined;
  return url;
}

/** Whether a PostgreSQL URL names several hosts, as libpq allows: the driver here connects to one. */
export function namesSeveralHosts(text: string): boolean {
  if (!/^postgres(?:ql)?:\/\//.test(text)) return false;
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? "";
  const hosts = authority.slice(authority.lastIndexOf("@") + 1);
  const { searchParams } =
    URL.parse(text.slice(text.indexOf("?")), "postgres://h") ?? new URL("postgres://h");
  const given = text.includes("?") ? [searchParams.get("host"), searchParams.get("port")] : [];
  return [hosts, ...given].some((part) => part?.includes(",") === true);
}

/** False when a password may continue after the host, where messages would show it. */
export function hidesNoPassword(text: string): boolean {
  if (!WITH_SLASHES.test(text)) return true;
  const url = URL.parse(text);
  if (url !== null) return !`${url.pathname}${url.search}${url.hash}`.includes("@");
  // After a slash in a password the parser finds an invalid port, so that the whole is no URL.
  return !/[/?#][^@]*@/.test(text.replace(WITH_SLASHES, ""));
}

/** Whether each part of a URL can be decoded; otherwise the connection fails late, or uses another value. */
export function hasWholeEscapes(text: string): boolean {
  const url = text.startsWith("sqlite:") ? null : URL.parse(text);
  if (url === null && maskRedisUrl(text) === undefined) return true;
  try {
    // With several hosts it is no URL for the parser.
    const parts = url === null ? [text] : [url.username, url.password, url.hostname, url.pathname];
    for (const part of parts) decodeURIComponent(part);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/** A value that is no URL may contain a password: only a name or a path is shown. */
const NAME = /^[\w./-]*$/;
const HIDDEN = "(not a URL, not shown)";
/** Schemes that people write into these settings. Before an "@", any other may be the beginning of a password. */
const SCHEME =
  /^(?:amqps?|file|ftps?|grpc|https?|mariadb|mongodb|mssql|mysql|postgres(?:ql)?|rediss?(?:-cluster|-sentinel)?|redis\+unix|sqlite|sqlserver|tcp|valkeys?|wss?):$/;

/**
 * A URL fit for messages and logs: without user and password, and without any part that may belong to them.
 */
export function maskUrl(text: string): string {
  const severalHosts = /^rediss?[+-]/.test(text) ? maskRedisUrl(text) : undefined;
  if (severalHosts !== undefined) return severalHosts;
  const url = URL.parse(text);
  if (url === null) return NAME.test(text) ? text : HIDDEN;
  if (text.includes("@") && !SCHEME.test(url.protocol)) return HIDDEN;
  // Without "//" the part after the first colon may be a password; an "@" or a colon after the host is a sign
  // of a truncated one.
  const behindHost = `${url.pathname}${url.search}${url.hash}`;
  if (!url.href.startsWith(`${url.protocol}//`) || /[@:]/.test(behindHost)) return HIDDEN;
  const secret = url.username === "" && url.password === "" ? "" : "***@";
  const query = url.search === "" ? "" : "?***";
  return `${url.protocol}//${secret}${url.host}${url.pathname}${query}`;
}
