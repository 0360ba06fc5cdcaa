import { type LocalizedText, sameInEachLanguage } from "./language.ts";

/** A host name or address, without brackets, and a port. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

interface RedisLogin {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
}

/** Formats a host and a port as a URL has them: an IPv6 address is in brackets. */
export function formatAddress({ host, port }: HostAndPort): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The address of one Redis set-up, parsed from a URL. */
export type RedisAddress =
  | (RedisLogin & HostAndPort & { readonly kind: "server"; readonly tls: boolean })
  | (RedisLogin & { readonly kind: "socket"; readonly path: string; readonly tls: false })
  | (RedisLogin & {
      readonly kind: "sentinel";
      readonly sentinels: readonly HostAndPort[];
      /** The name of the primary at the Sentinels. */
      readonly master: string;
      readonly tls: boolean;
    })
  | (RedisLogin & {
      readonly kind: "cluster";
      readonly nodes: readonly HostAndPort[];
      readonly tls: boolean;
    });

export type RedisUrlParse =
  | { readonly kind: "address"; readonly address: RedisAddress }
  /** The required form of the URL, for messages. */
  | { readonly kind: "invalid"; readonly form: LocalizedText };

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;
const HOSTS_MAX = 32;

const URL_FORMS: Readonly<Record<RedisAddress["kind"], LocalizedText>> = {
  server: {
    en: "redis://[user:password@]host[:port][/database], or rediss:// for TLS, without a query",
    pt: "redis://[user:password@]host[:port][/database], ou rediss:// para TLS, sem query",
  },
  socket: sameInEachLanguage("redis+unix://[user:password@]/path[?db=N]"),
  sentinel: {
    en: "redis-sentinel://[user:password@]host[:port][,host[:port]…][/database]#name, or rediss-sentinel:// for TLS, where name is the primary's name at the Sentinels, such as mymaster",
    pt: "redis-sentinel://[user:password@]host[:port][,host[:port]…][/database]#name, ou rediss-sentinel:// para TLS, onde name é o nome do primário nos Sentinels, como mymaster",
  },
  cluster: {
    en: "redis-cluster://[user:password@]host[:port][,host[:port]…], or rediss-cluster:// for TLS, without a database number, because a cluster has only database 0",
    pt: "redis-cluster://[user:password@]host[:port][,host[:port]…], ou rediss-cluster:// para TLS, sem número de banco, porque um cluster só tem o banco 0",
  },
};

const URL_PARTS =
  /^(?<scheme>redis\+unix|rediss?(?:-sentinel|-cluster)?):\/\/(?:(?<login>[^@]*)@)?(?<hosts>[^/?#]*)(?<path>[^?#]*)(?<query>\?[^#]*)?(?<name>#.*)?$/i;

interface UrlParts {
  readonly scheme: string;
  readonly login: string | undefined;
  readonly hosts: string;
  readonly path: string;
  readonly query: string | undefined;
  readonly name: string | undefined;
}

/** Reads a URL of Redis; the scheme may be in any case. */
export function parseRedisUrl(text: string): RedisUrlParse {
  const found = splitUrl(text);
  if (found === undefined) return { kind: "invalid", form: ANY_URL_FORM };
  const kind = addressKindOf(found.scheme);
  try {
    const address = parseAddress(kind, found);
    if (address !== undefined) return { kind: "address", address };
  } catch (error) {
    // The URL has an invalid escape, such as %zz.
    if (!(error instanceof URIError)) throw error;
  }
  const several = kind === "server" && found.hosts.includes(",");
  return { kind: "invalid", form: several ? SEVERAL_HOSTS_URL_FORM : URL_FORMS[kind] };
}

const OTHER_URL_FORMS = {
  en: "for several hosts redis-sentinel://host,host#name or redis-cluster://host,host; for a socket redis+unix:///path",
  pt: "para vários hosts redis-sentinel://host,host#name ou redis-cluster://host,host; para um socket redis+unix:///path",
};
const ANY_URL_FORM: LocalizedText = {
  en: `${URL_FORMS.server.en}; ${OTHER_URL_FORMS.en}`,
  pt: `${URL_FORMS.server.pt}; ${OTHER_URL_FORMS.pt}`,
};
const SEVERAL_HOSTS_URL_FORM: LocalizedText = {
  en: `${URL_FORMS.server.en}, for one host; ${OTHER_URL_FORMS.en}`,
  pt: `${URL_FORMS.server.pt}, para um só host; ${OTHER_URL_FORMS.pt}`,
};

/**
 * The URL with `***` instead of user and password, and without its fragment; undefined for a text that is no
 * URL of Redis.
 */
export function maskRedisUrl(text: string): string | undefined {
  const found = splitUrl(text);
  if (found === undefined || parseRedisUrl(text).kind === "invalid") return undefined;
  const { scheme, login, hosts, path, query = "" } = found;
  return `${scheme}://${(login ?? ":") === ":" ? "" : "***@"}${hosts}${path}${query}`;
}

function splitUrl(text: string): UrlParts | undefined {
  const groups = URL_PARTS.exec(text)?.groups as UrlParts | undefined;
  return groups === undefined ? undefined : { ...groups, scheme: groups.scheme.toLowerCase() };
}

function addressKindOf(scheme: string): RedisAddress["kind"] {
  if (scheme.endsWith("-sentinel")) return "sentinel";
  if (scheme.endsWith("-cluster")) return "cluster";
  return scheme === "redis+unix" ? "socket" : "server";
}

/** @throws {URIError} */
function parseAddress(kind: RedisAddress["kind"], parts: UrlParts): RedisAddress | undefined {
  const { query, name } = parts;
  const database = parseDatabase(kind === "socket" ? readSocketDatabase(query) : parts.path);
  if (database === undefined) return undefined;
  if (kind !== "socket" && query !== undefined) return undefined;
  if (kind !== "sentinel" && name !== undefined) return undefined;
  const common = { ...parseLogin(parts.login), database };
  if (kind !== "socket") return parseRemoteAddress(kind, parts, common);
  const path = decodeURIComponent(parts.path);
  return parts.hosts === "" && path.length > 1 ? { ...common, kind, path, tls: false } : undefined;
}

function parseRemoteAddress(
  kind: Exclude<RedisAddress["kind"], "socket">,
  { scheme, hosts: list, name }: UrlParts,
  login: RedisLogin,
): RedisAddress | undefined {
  const hosts = parseHosts(list, kind === "sentinel" ? SENTINEL_PORT : REDIS_PORT);
  const [first] = hosts ?? [];
  if (hosts === undefined || first === undefined) return undefined;
  const common = { ...login, tls: scheme.startsWith("rediss") };
  switch (kind) {
    case "server":
      return hosts.length === 1 ? { ...common, ...first, kind } : undefined;
    case "sentinel": {
      const master = decodeURIComponent(name?.slice(1) ?? "");
      return master === "" ? undefined : { ...common, kind, sentinels: hosts, master };
    }
    case "cluster":
      return login.database === 0 ? { ...common, kind, nodes: hosts } : undefined;
  }
}

/** The database of a socket URL, in the form that it has in the path of other URLs: `?db=N` becomes `/N`. */
function readSocketDatabase(query: string | undefined): string {
  if (query === undefined) return "";
  return query.startsWith("?db=") ? `/${query.slice("?db=".length)}` : query;
}

function parseDatabase(path: string): number | undefined {
  return /^(?:\/[0-9]{0,4})?$/.test(path) ? Number(path.slice(1)) : undefined;
}

function parseLogin(login: string | undefined): Pick<RedisLogin, "password" | "username"> {
  if (login === undefined) return { username: undefined, password: undefined };
  const [username = "", ...rest] = login.split(":");
  const text = (part: string): string | undefined => (part === "" ? undefined : decodeURIComponent(part));
  return { username: text(username), password: text(rest.join(":")) };
}

const HOST_PATTERN = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[^:[\]]+))(?::(?<port>[0-9]{1,5}))?$/i;

function parseHosts(text: string, defaultPort: number): readonly HostAndPort[] | undefined {
  const hosts: HostAndPort[] = [];
  for (const part of text.split(",")) {
    const groups = HOST_PATTERN.exec(part)?.groups;
    const host = groups?.v6 ?? decodeURIComponent(groups?.name ?? "");
    const port = Number(groups?.port ?? defaultPort);
    if (host === "" || port < 1 || port > 65_535 || hosts.length === HOSTS_MAX) return undefined;
    hosts.push({ host, port });
  }
  return hosts;
}

/** The hash tag of keys with this prefix: the first part in braces. A cluster puts keys with one tag into one slot. */
export function findHashTag(prefix: string): string | undefined {
  const start = prefix.indexOf("{");
  const end = prefix.indexOf("}", start + 1);
  return start < 0 || end < 0 || end === start + 1 ? undefined : prefix.slice(start + 1, end);
}
