import type { LocalizedText } from "../../lib/language.ts";
import { DatabaseError, type DatabaseErrorCode } from "../../ports/database-port.ts";
import { TICKER_QUERY_ADVICE } from "../sql/ticker-rows.ts";

type Meaning = readonly [code: DatabaseErrorCode, detail: LocalizedText];

function unavailable(en: string, pt: string): Meaning {
  return ["unavailable", { en, pt }];
}

function rejected(en: string, pt: string): Meaning {
  return ["rejected", { en, pt }];
}

const CERTIFICATE = unavailable(
  "PostgreSQL's certificate is not trusted: set sslrootcert=PATH in DATABASE_URL to the CA certificate",
  "o certificado do PostgreSQL não é confiável: defina sslrootcert=PATH em DATABASE_URL com o certificado da CA",
);

function adviseQuery(unknown: LocalizedText): Meaning {
  return rejected(
    `${TICKER_QUERY_ADVICE.en}; the current query names an unknown ${unknown.en}`,
    `${TICKER_QUERY_ADVICE.pt}; a consulta atual cita ${unknown.pt}`,
  );
}

const NOT_PERMITTED = unavailable(
  "the operating system does not permit the connection to PostgreSQL",
  "o sistema operacional não permite a conexão com o PostgreSQL",
);
const HOST_NOT_FOUND = unavailable(
  "PostgreSQL's host name was not found",
  "o nome do host do PostgreSQL não foi encontrado",
);
const UNREACHABLE = unavailable(
  "PostgreSQL's host is unreachable",
  "não é possível alcançar o host do PostgreSQL",
);
const CONNECTION_ENDED = unavailable("PostgreSQL ended the connection", "o PostgreSQL encerrou a conexão");

/** Descriptions of the SQLSTATEs on which an operator can act, and of the codes of failed connections. */
const CODES: Readonly<Record<string, Meaning>> = {
  "28P01": rejected(
    "PostgreSQL rejected the user or the password",
    "o PostgreSQL recusou o usuário ou a senha",
  ),
  "3D000": rejected("PostgreSQL has no such database", "o PostgreSQL não tem esse banco"),
  "42501": rejected(
    "the user lacks the permission to read a table of the query",
    "o usuário não tem permissão para ler uma tabela da consulta",
  ),
  "42703": adviseQuery({ en: "column", pt: "uma coluna desconhecida" }),
  "42P01": adviseQuery({ en: "table or view", pt: "uma tabela ou view desconhecida" }),
  "53300": unavailable("PostgreSQL has too many connections", "o PostgreSQL tem conexões demais"),
  "57014": [
    "timeout",
    {
      en: "PostgreSQL cancelled the statement, which took too long",
      pt: "o PostgreSQL cancelou a consulta, que demorou demais",
    },
  ],
  "57P01": CONNECTION_ENDED,
  "57P02": CONNECTION_ENDED,
  // The server starts or stops, or is a standby that accepts no queries; the server's message names the reason.
  "57P03": unavailable(
    "PostgreSQL does not accept connections now",
    "o PostgreSQL não aceita conexões agora",
  ),
  "57P04": unavailable("PostgreSQL has dropped the database", "o PostgreSQL excluiu o banco"),
  "57P05": CONNECTION_ENDED,
  CERT_HAS_EXPIRED: CERTIFICATE,
  CERT_NOT_YET_VALID: CERTIFICATE,
  CERT_REVOKED: CERTIFICATE,
  CERT_SIGNATURE_FAILURE: CERTIFICATE,
  CERT_UNTRUSTED: CERTIFICATE,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  EACCES: NOT_PERMITTED,
  EPERM: NOT_PERMITTED,
  EAI_AGAIN: HOST_NOT_FOUND,
  ECONNREFUSED: unavailable(
    "PostgreSQL's host refused the connection",
    "o host do PostgreSQL recusou a conexão",
  ),
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: HOST_NOT_FOUND,
  ERR_TLS_CERT_ALTNAME_INVALID: unavailable(
    "PostgreSQL's certificate is for another host",
    "o certificado do PostgreSQL é de outro host",
  ),
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
};

/** Descriptions of the SQLSTATE classes (first two characters) whose errors have other causes than the query. */
const CLASSES: Readonly<Record<string, Meaning>> = {
  "08": unavailable("the connection to PostgreSQL failed", "a conexão com o PostgreSQL falhou"),
  "40": unavailable("PostgreSQL rolled the transaction back", "o PostgreSQL desfez a transação"),
  "53": unavailable("PostgreSQL is out of resources", "faltam recursos ao PostgreSQL"),
  "57": unavailable("PostgreSQL cannot run queries now", "o PostgreSQL não pode executar consultas agora"),
  "58": unavailable("PostgreSQL reported a system error", "o PostgreSQL relatou um erro do sistema"),
  F0: unavailable(
    "PostgreSQL reported a configuration error",
    "o PostgreSQL relatou um erro de configuração",
  ),
};

const TLS_HINT: LocalizedText = {
  en: ": it may require TLS; set sslmode=verify-full in DATABASE_URL",
  pt: ": talvez exija TLS; defina sslmode=verify-full em DATABASE_URL",
};

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
  if (code === "ENOENT" || (["EACCES", "EPERM"].includes(code) && syscall === "open")) {
    return syscall === "connect"
      ? unavailable(
          "DATABASE_URL names a folder without a socket of PostgreSQL",
          "DATABASE_URL indica uma pasta sem um socket do PostgreSQL",
        )
      : unavailable(
          "a file that DATABASE_URL names, such as sslrootcert, cannot be read",
          "não é possível ler um arquivo que DATABASE_URL indica, como sslrootcert",
        );
  }
  if ((cause as { readonly name?: unknown }).name === "NotCapable") {
    return unavailable(
      "Deno denied the connection; a Unix socket needs --allow-read and --allow-write",
      "o Deno negou a conexão; um socket Unix precisa de --allow-read e --allow-write",
    );
  }
  // The password is not the reason: the server refuses the user, or the kind of connection.
  if (code === "28000") {
    const hint = isTls ? { en: "", pt: "" } : TLS_HINT;
    return rejected(
      `PostgreSQL does not allow this user to connect in this way${hint.en}`,
      `o PostgreSQL não permite que este usuário se conecte deste modo${hint.pt}`,
    );
  }
  const ofCode = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  if (ofCode !== undefined) return ofCode;
  if (!/^[0-9A-Z]{5}$/.test(code))
    return unavailable("PostgreSQL did not answer", "o PostgreSQL não respondeu");
  const ofClass = CLASSES[code.slice(0, 2)];
  if (ofClass === undefined)
    return rejected(`PostgreSQL answered SQLSTATE ${code}`, `o PostgreSQL respondeu SQLSTATE ${code}`);
  const [kind, detail] = ofClass;
  return [kind, { en: `${detail.en}, SQLSTATE ${code}`, pt: `${detail.pt}, SQLSTATE ${code}` }];
}
