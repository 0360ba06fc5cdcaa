import { DatabaseError, type DatabaseErrorCode } from "../../ports/database-port.ts";

const CREDENTIALS = "PostgreSQL takes no such user with this password";

/** Words for the SQLSTATEs that tell an operator what to do, and for the codes of connections that were not made. */
const CODES: Readonly<Record<string, readonly [code: DatabaseErrorCode, detail: string]>> = {
  "28000": ["rejected", CREDENTIALS],
  "28P01": ["rejected", CREDENTIALS],
  "3D000": ["rejected", "PostgreSQL has no such database"],
  "42501": ["rejected", "the user may not read what the query names"],
  "42703": ["rejected", "the query names a column that is not there"],
  "42P01": ["rejected", "the query names a table or view that is not there"],
  "53300": ["unavailable", "PostgreSQL has no connection left"],
  "57014": ["timeout", "PostgreSQL cancelled the statement, which took too long"],
  "57P01": ["unavailable", "PostgreSQL ended the connection"],
  "57P02": ["unavailable", "PostgreSQL ended the connection"],
  "57P03": ["unavailable", "PostgreSQL is starting up"],
  EAI_AGAIN: ["unavailable", "PostgreSQL's host has no address"],
  ECONNREFUSED: ["unavailable", "PostgreSQL's host refused the connection"],
  ENOTFOUND: ["unavailable", "PostgreSQL's host has no address"],
};

/** What a failure of the client means; one that is known already stays as it is. */
export function postgresError(cause: unknown): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  const said = typeof message === "string" && message !== "" ? message : undefined;
  const options = { cause, said };
  const [kind, detail] = CODES[String(code)] ?? [];
  if (kind !== undefined && detail !== undefined) return new DatabaseError(kind, detail, options);
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) {
    return new DatabaseError("rejected", `PostgreSQL answered SQLSTATE ${code}`, options);
  }
  return new DatabaseError("unavailable", "PostgreSQL did not answer", options);
}
