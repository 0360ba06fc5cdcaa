import { DatabaseError, type DatabaseErrorCode } from "../../ports/database-port.ts";
import { TICKER_QUERY_ADVICE } from "../sql/ticker-rows.ts";

type Meaning = readonly [code: DatabaseErrorCode, detail: string];

const CERTIFICATE: Meaning = [
  "unavailable",
  "PostgreSQL's certificate is not trusted: set sslrootcert=PATH in DATABASE_URL to the CA certificate",
];
const HOST_NOT_FOUND: Meaning = ["unavailable", "PostgreSQL's host name was not found"];
const UNREACHABLE: Meaning = ["unavailable", "PostgreSQL's host is unreachable"];
const CONNECTION_ENDED: Meaning = ["unavailable", "PostgreSQL ended the connection"];

/** Descriptions of the SQLSTATEs on which an operator can act, and of the codes of failed connections. */
const CODES: Readonly<Record<string, Meaning>> = {
  "28P01": ["rejected", "PostgreSQL rejected the user or the password"],
  "3D000": ["rejected", "PostgreSQL has no such database"],
  "42501": ["rejected", "the user lacks the permission to read a table of the query"],
  "42703": ["rejected", `${TICKER_QUERY_ADVICE}; the current query names an unknown column`],
  "42P01": ["rejected", `${TICKER_QUERY_ADVICE}; the current query names an unknown table or view`],
  "53300": ["unavailable", "PostgreSQL has too many connections"],
  "57014": ["timeout", "PostgreSQL cancelled the statement, which took too long"],
  "57P01": CONNECTION_ENDED,
  "57P02": CONNECTION_ENDED,
  // The server starts or stops, or is a standby that accepts no queries; its own message names the reason.
  "57P03": ["unavailable", "PostgreSQL does not accept connections now"],
  "57P04": ["unavailable", "PostgreSQL has dropped the database"],
  "57P05": CONNECTION_ENDED,
  CERT_HAS_EXPIRED: CERTIFICATE,
  CERT_NOT_YET_VALID: CERTIFICATE,
  CERT_REVOKED: CERTIFICATE,
  CERT_SIGNATURE_FAILURE: CERTIFICATE,
  CERT_UNTRUSTED: CERTIFICATE,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  EACCES: ["unavailable", "the system does not permit the connection to PostgreSQL"],
  EAI_AGAIN: HOST_NOT_FOUND,
  ECONNREFUSED: ["unavailable", "PostgreSQL's host refused the connection"],
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: HOST_NOT_FOUND,
  ERR_TLS_CERT_ALTNAME_INVALID: ["unavailable", "PostgreSQL's certificate is for another host"],
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
};

/** Descriptions of the SQLSTATE classes (first two characters) that are not caused by the query. */
const CLASSES: Readonly<Record<string, Meaning>> = {
  "08": ["unavailable", "the connection to PostgreSQL failed"],
  "40": ["unavailable", "PostgreSQL rolled the transaction back"],
  "53": ["unavailable", "PostgreSQL lacks resources"],
  "57": ["unavailable", "PostgreSQL cannot run queries now"],
  "58": ["unavailable", "PostgreSQL reported a system error"],
  F0: ["unavailable", "PostgreSQL reported a configuration error"],
};

/** The connection that failed. */
export interface ConnectionKind {
  readonly isTls: boolean;
}

/** Converts an error of the client to a `DatabaseError`; returns a `DatabaseError` unchanged. */
export function toDatabaseError(cause: unknown, connection: ConnectionKind): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  const databaseMessage = typeof message === "string" && message !== "" ? message : undefined;
  const [kind, detail] = meaningOf(cause, String(code), connection);
  return new DatabaseError(kind, detail, { cause, databaseMessage });
}

function meaningOf(cause: unknown, code: string, { isTls }: ConnectionKind): Meaning {
  const { syscall } = cause as { readonly syscall?: unknown };
  if (code === "ENOENT" || (code === "EACCES" && syscall === "open")) {
    return syscall === "connect"
      ? ["unavailable", "DATABASE_URL names a folder without a socket of PostgreSQL"]
      : ["unavailable", "a file that DATABASE_URL names, such as sslrootcert, cannot be read"];
  }
  if ((cause as { readonly name?: unknown }).name === "NotCapable") {
    return ["unavailable", "Deno denied the connection; a Unix socket needs --allow-read and --allow-write"];
  }
  // The password is not the reason: the server refuses the user, or the kind of connection.
  if (code === "28000") {
    const hint = isTls ? "" : ": it may require TLS; set sslmode=verify-full in DATABASE_URL";
    return ["rejected", `PostgreSQL does not allow this user to connect in this way${hint}`];
  }
  const ofCode = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (ofCode !== undefined) return ofCode;
  if (!/^[0-9A-Z]{5}$/.test(code)) return ["unavailable", "PostgreSQL did not answer"];
  const ofClass = CLASSES[code.slice(0, 2)];
  if (ofClass === undefined) return ["rejected", `PostgreSQL answered SQLSTATE ${code}`];
  const [kind, detail] = ofClass;
  return [kind, `${detail}, SQLSTATE ${code}`];
}
