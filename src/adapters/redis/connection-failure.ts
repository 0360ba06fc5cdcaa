const CERTIFICATE = "the server's certificate is not trusted";
const NO_ADDRESS = "host name not found";
const UNREACHABLE = "host unreachable";

/** Failures of connections before the first reply of Redis, by the codes of Node and OpenSSL. */
const CODES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: CERTIFICATE,
  CERT_NOT_YET_VALID: CERTIFICATE,
  CERT_REVOKED: CERTIFICATE,
  CERT_SIGNATURE_FAILURE: CERTIFICATE,
  CERT_UNTRUSTED: CERTIFICATE,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  EAI_AGAIN: NO_ADDRESS,
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the server closed the connection; a port that requires TLS needs rediss://",
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: NO_ADDRESS,
  EPROTO: "the server does not use TLS on this port; use redis://",
  ETIMEDOUT: "connection timed out; check the firewall, and use redis:// if the port has no TLS",
};

/** The prefix of a Redis error. */
const REPLIES: Readonly<Record<string, string>> = {
  DENIED: "Redis is in protected mode and accepts only local clients",
  LOADING: "Redis is still loading its data",
  MASTERDOWN: "this Redis replica has lost its primary",
  NOAUTH: "Redis requires a password; REDIS_URL has none",
  NOPERM: "the user in REDIS_URL lacks a permission",
  WRONGPASS: "Redis rejected the user and password in REDIS_URL",
};

/** An error of the client with the command that failed. */
interface ClientError extends Error {
  readonly code?: string;
  readonly command?: { readonly name: string };
}

/**
 * Describes why there is no connection to Redis; undefined for other errors, such as that of a command
 * without a connection.
 *
 * @param error what the client emitted
 */
export function connectionFailure(error: Error): string | undefined {
  const { code, command, message } = error as ClientError;
  if (command?.name === "select") return "Redis rejected the database number in REDIS_URL";
  const isReply = error.name === "ReplyError";
  const table = isReply ? REPLIES : CODES;
  const key = isReply ? message.split(" ", 1)[0] : code;
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The same, followed by the message of the system or of Redis. */
export function describeClientError(error: Error): string {
  const words = connectionFailure(error);
  return words === undefined ? error.message : `${words}: ${error.message}`;
}
