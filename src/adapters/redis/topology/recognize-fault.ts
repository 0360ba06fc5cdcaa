import type { RedisAddress } from "../../../lib/redis-url.ts";
import type { CacheFault, CacheFaultKind } from "../../../ports/cache-port.ts";

/** What each fault is and, for some, a remedy. */
const ADVICE_BY_FAULT: Readonly<Record<CacheFaultKind, string>> = {
  certificate: "the server's certificate is not trusted",
  "client-certificate":
    "the server requires a client certificate; set REDIS_TLS_CERT and REDIS_TLS_KEY, or tls-auth-clients no on the server",
  "closed-early":
    "the server closed the connection; use rediss:// if its port requires TLS; a proxy closes it if the server behind the proxy is down or does not support HELLO",
  "cluster-down": "the cluster is down: too few primaries answer, or a slot has no owner; see CLUSTER INFO",
  "cluster-node":
    "this server is a node of a cluster and does not own the keys; use redis-cluster://, and a hash tag in CACHE_NAMESPACE",
  database: "Redis rejected the database number in REDIS_URL",
  disk: "Redis cannot save to its disk and refuses writes; see its log",
  "hash-tag":
    "the keys are in different slots of the cluster; use a hash tag, such as CACHE_NAMESPACE={mosaic}",
  loading: "Redis is still loading its data",
  "memory-full": "Redis is out of memory and refuses writes; see maxmemory and its policy",
  "no-answer":
    "the server accepted the connection but did not answer in time; use rediss:// if its port requires TLS; the server, or one behind a proxy, may be frozen, down or without HELLO",
  "no-cluster": "no node answered with the slots of a cluster; redis-cluster:// needs nodes of one cluster",
  "no-hello":
    "the server does not support HELLO or INFO: it is a proxy that Mosaic cannot use, it is not Redis, or its configuration renames them",
  "no-replicas":
    "too few replicas are connected to the primary, which refuses writes (min-replicas-to-write)",
  "no-sentinel": "no Sentinel answered; see the hosts of REDIS_URL and REDIS_SENTINEL_PASSWORD",
  "no-password": "Redis requires a password; REDIS_URL has none",
  password: "Redis rejected the user and password in REDIS_URL",
  permission:
    "the system or the runtime does not permit the connection; check the owner and the mode of a Unix socket; on Deno, --allow-net must list every server behind Sentinels or in a cluster, and a Unix socket also needs --allow-read and --allow-write",
  "primary-lost": "this Redis replica has lost its primary",
  protected: "Redis is in protected mode and accepts only local clients",
  refused: "connection refused",
  replica:
    "this server is a replica and refuses writes; if that lasts, REDIS_URL must name the primary, or the Sentinels (redis-sentinel://)",
  rights: "the user in REDIS_URL lacks a permission",
  sentinel: "this server is a Sentinel; use redis-sentinel://host[:port][,host[:port]…]#name",
  "sentinel-password":
    "the Sentinels rejected the login, or its user lacks a permission; see REDIS_SENTINEL_USERNAME and REDIS_SENTINEL_PASSWORD",
  "slot-moving": "the keys are being moved to another node of the cluster",
  "slot-unserved": "no primary of the cluster owns the slot of the keys; see CLUSTER SLOTS",
  "slow-handshake":
    "Redis answered but was not ready in time: it is loading its data, or the connection is slow",
  timeout: "connection timed out; check the firewall, and use redis:// if the port has no TLS",
  tls: "the server does not use TLS on this port; use redis://",
  "unknown-host": "host name not found",
  "unknown-primary": "the Sentinels know no primary of this name; see SENTINEL MASTERS",
  unreachable: "host unreachable",
};

/** Failures of connections before the first reply of Redis, by the codes of Node and OpenSSL. */
const FAULT_BY_ERROR_CODE: Readonly<Record<string, CacheFaultKind>> = {
  CERT_HAS_EXPIRED: "certificate",
  CERT_NOT_YET_VALID: "certificate",
  CERT_REVOKED: "certificate",
  CERT_SIGNATURE_FAILURE: "certificate",
  CERT_UNTRUSTED: "certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate",
  UNABLE_TO_GET_ISSUER_CERT: "certificate",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "client-certificate",
  // The codes of BoringSSL, which Bun uses.
  ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED: "client-certificate",
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: "client-certificate",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "client-certificate",
  EACCES: "permission",
  EAI_AGAIN: "unknown-host",
  ECONNREFUSED: "refused",
  ECONNRESET: "closed-early",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ENOENT: "refused",
  ENOTFOUND: "unknown-host",
  EPERM: "permission",
  EPIPE: "closed-early",
  EPROTO: "tls",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "tls",
  ERR_SSL_WRONG_VERSION_NUMBER: "tls",
  ETIMEDOUT: "timeout",
};

/** The fault of an error reply, by the prefix of the reply. */
const FAULT_BY_REPLY: Readonly<Record<string, CacheFaultKind>> = {
  ASK: "slot-moving",
  CLUSTERDOWN: "cluster-down",
  CROSSSLOT: "hash-tag",
  DENIED: "protected",
  LOADING: "loading",
  MASTERDOWN: "primary-lost",
  MISCONF: "disk",
  NOAUTH: "no-password",
  NOPERM: "rights",
  NOREPLICAS: "no-replicas",
  OOM: "memory-full",
  READONLY: "replica",
  TRYAGAIN: "slot-moving",
  WRONGPASS: "password",
};

/** An error of the client with the command that failed. */
interface ClientError extends Error {
  readonly code?: string;
  readonly command?: { readonly name: string };
}

/** A failure of a connection for which ioredis has no error. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly kind: CacheFaultKind;

  /** @param detail may name hosts, but has no secrets */
  constructor(kind: CacheFaultKind, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.kind = kind;
  }
}

export function createFault(kind: CacheFaultKind): CacheFault {
  return { kind, advice: ADVICE_BY_FAULT[kind] };
}

/**
 * Recognizes the fault behind an error of the client; undefined for an error without a known fault, such as the error
 * of a command without a connection.
 *
 * @param topologyKind decides what the reply MOVED means: in a cluster, that the keys move; otherwise, that the server
 *   belongs to a cluster
 */
export function recognizeFault(
  error: Error,
  topologyKind: RedisAddress["kind"] = "server",
): CacheFault | undefined {
  const kind = recognizeFaultKind(error as ClientError, topologyKind);
  return kind === undefined ? undefined : createFault(kind);
}

function recognizeFaultKind(
  error: ClientError,
  topologyKind: RedisAddress["kind"],
): CacheFaultKind | undefined {
  if (error instanceof ConnectionError) return error.kind;
  const { code, command, message } = error;
  if (command?.name === "select") return "database";
  if (error.name === "NotCapable") return "permission";
  if (error.name !== "ReplyError") {
    return code !== undefined && Object.hasOwn(FAULT_BY_ERROR_CODE, code)
      ? FAULT_BY_ERROR_CODE[code]
      : undefined;
  }
  const reply = message.split(" ", 1)[0] ?? "";
  if (reply === "MOVED") return topologyKind === "cluster" ? "slot-moving" : "cluster-node";
  // From version 6 on, Redis has these commands, which the handshake needs; only a configuration can rename them.
  if (reply === "ERR" && ["auth", "hello", "info"].includes(command?.name ?? "")) return "no-hello";
  return Object.hasOwn(FAULT_BY_REPLY, reply) ? FAULT_BY_REPLY[reply] : undefined;
}

export interface ClientLogin {
  readonly topologyKind?: RedisAddress["kind"] | undefined;
  readonly username?: string | null | undefined;
  readonly password?: string | null | undefined;
}

/** The text of a fault, followed by the message of the system or of Redis, without secrets. */
export function describeFault(fault: CacheFault | undefined, error: Error, login: ClientLogin): string {
  const detail = replyWithoutSecrets(error, login);
  if (fault === undefined) return detail;
  return detail === "" ? fault.advice : `${fault.advice}: ${detail}`;
}

const REPLY_LENGTH_MAX = 200;
/**
 * To the error of an unknown command, Redis appends the command's arguments. Those of HELLO and AUTH contain the
 * password.
 */
const ECHOED_ARGUMENTS_PATTERN = /,?\s*with args.*$/is;
/** The id of the failed script, which is of no use in a message. */
const SCRIPT_ID_PATTERN = / script: [0-9a-f]+, on @user_script:[0-9]+\.?$/;
/** A redirection: messages may show its slot, but not its host. */
const REDIRECTION_PATTERN = /^((?:MOVED|ASK) [0-9]+) .*$/s;

/** An error's message on one line without secrets: a server may repeat the arguments that it received. */
export function replyWithoutSecrets(error: Error, { password, username }: ClientLogin = {}): string {
  const { address, port, message } = error as Error & { readonly address?: string; readonly port?: number };
  // The system appends the port to an IPv6 address as if it were a part of the address.
  const isV6 = address?.includes(":") === true;
  let text = (isV6 ? message.replace(`${address}:${port}`, `[${address}]:${port}`) : message)
    .replace(ECHOED_ARGUMENTS_PATTERN, "")
    .replace(SCRIPT_ID_PATTERN, "")
    .replace(REDIRECTION_PATTERN, "$1")
    .replace(/[\p{Cc}\s]+/gu, " ");
  for (const secret of [password, username]) if (secret) text = text.replaceAll(secret, "***");
  return text.length > REPLY_LENGTH_MAX ? `${text.slice(0, REPLY_LENGTH_MAX)}…` : text.trimEnd();
}
