import type { LocalizedText } from "../../lib/language.ts";
import { DatabaseError, type DatabaseErrorCode } from "../../ports/database-port.ts";
import { TICKER_QUERY_ADVICE } from "../sql/ticker-rows.ts";

type ErrorMeaning = readonly [code: DatabaseErrorCode, detail: LocalizedText];

function unavailableMeaning(en: string, pt: string): ErrorMeaning {
  return ["unavailable", { en, pt }];
}

function rejectedMeaning(en: string, pt: string): ErrorMeaning {
  return ["rejected", { en, pt }];
}

const UNTRUSTED_CERTIFICATE = unavailableMeaning(
  "PostgreSQL's certificate is not trusted: set sslrootcert=PATH in DATABASE_URL to the CA certificate",
  "o certificado do PostgreSQL não é confiável: defina sslrootcert=PATH em DATABASE_URL com o certificado da CA",
);

function unknownNameMeaning(unknown: LocalizedText): ErrorMeaning {
  return rejectedMeaning(
    `${TICKER_QUERY_ADVICE.en}; the current query names an unknown ${unknown.en}`,
    `${TICKER_QUERY_ADVICE.pt}; a consulta atual cita ${unknown.pt}`,
  );
}

const NOT_PERMITTED = unavailableMeaning(
  "the operating system does not permit the connection to PostgreSQL",
  "o sistema operacional não permite a conexão com o PostgreSQL",
);
const HOST_NOT_FOUND = unavailableMeaning(
  "PostgreSQL's host name was not found",
  "o nome do host do PostgreSQL não foi encontrado",
);
const HOST_UNREACHABLE = unavailableMeaning(
  "PostgreSQL's host is unreachable",
  "não é possível alcançar o host do PostgreSQL",
);
const CONNECTION_ENDED = unavailableMeaning(
  "PostgreSQL ended the connection",
  "o PostgreSQL encerrou a conexão",
);

/** Descriptions of the SQLSTATEs on which an operator can act, and of the codes of failed connections. */
const MEANING_BY_CODE: Readonly<Record<string, ErrorMeaning>> = {
  "28P01": rejectedMeaning(
    "PostgreSQL rejected the user or the password",
    "o PostgreSQL recusou o usuário ou a senha",
  ),
  "3D000": rejectedMeaning("PostgreSQL has no such database", "o PostgreSQL não tem esse banco"),
  "42501": rejectedMeaning(
    "the user lacks the permission to read a table of the query",
    "o usuário não tem permissão para ler uma tabela da consulta",
  ),
  "42703": unknownNameMeaning({ en: "column", pt: "uma coluna desconhecida" }),
  "42P01": unknownNameMeaning({ en: "table or view", pt: "uma tabela ou view desconhecida" }),
  "53300": unavailableMeaning("PostgreSQL has too many connections", "o PostgreSQL tem conexões demais"),
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
  "57P03": unavailableMeaning(
    "PostgreSQL does not accept connections now",
    "o PostgreSQL não aceita conexões agora",
  ),
  "57P04": unavailableMeaning("PostgreSQL has dropped the database", "o PostgreSQL excluiu o banco"),
  "57P05": CONNECTION_ENDED,
  CERT_HAS_EXPIRED: UNTRUSTED_CERTIFICATE,
  CERT_NOT_YET_VALID: UNTRUSTED_CERTIFICATE,
  CERT_REVOKED: UNTRUSTED_CERTIFICATE,
  CERT_SIGNATURE_FAILURE: UNTRUSTED_CERTIFICATE,
  CERT_UNTRUSTED: UNTRUSTED_CERTIFICATE,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED_CERTIFICATE,
  EACCES: NOT_PERMITTED,
  EPERM: NOT_PERMITTED,
  EAI_AGAIN: HOST_NOT_FOUND,
  ECONNREFUSED: unavailableMeaning(
    "PostgreSQL's host refused the connection",
    "o host do PostgreSQL recusou a conexão",
  ),
  EHOSTUNREACH: HOST_UNREACHABLE,
  ENETUNREACH: HOST_UNREACHABLE,
  ENOTFOUND: HOST_NOT_FOUND,
  ERR_TLS_CERT_ALTNAME_INVALID: unavailableMeaning(
    "PostgreSQL's certificate is for another host",
    "o certificado do PostgreSQL é de outro host",
  ),
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED_CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED_CERTIFICATE,
};

/** Descriptions of the SQLSTATE classes (first two characters) whose errors have other causes than the query. */
const MEANING_BY_SQLSTATE_CLASS: Readonly<Record<string, ErrorMeaning>> = {
  "08": unavailableMeaning("the connection to PostgreSQL failed", "a conexão com o PostgreSQL falhou"),
  "40": unavailableMeaning("PostgreSQL rolled the transaction back", "o PostgreSQL desfez a transação"),
  "53": unavailableMeaning("PostgreSQL is out of resources", "faltam recursos ao PostgreSQL"),
  "57": unavailableMeaning(
    "PostgreSQL cannot run queries now",
    "o PostgreSQL não pode executar consultas agora",
  ),
  "58": unavailableMeaning("PostgreSQL reported a system error", "o PostgreSQL relatou um erro do sistema"),
  F0: unavailableMeaning(
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
  const [kind, detail] = findMeaning(cause, String(code), connection);
  return new DatabaseError(kind, detail, { cause, databaseMessage });
}

function findMeaning(cause: unknown, code: string, { isTls }: ConnectionKind): ErrorMeaning {
  const { syscall } = cause as { readonly syscall?: unknown };
  if (code === "ENOENT" || (["EACCES", "EPERM"].includes(code) && syscall === "open")) {
    return syscall === "connect"
      ? unavailableMeaning(
          "DATABASE_URL names a folder without a socket of PostgreSQL",
          "DATABASE_URL indica uma pasta sem um socket do PostgreSQL",
        )
      : unavailableMeaning(
          "a file that DATABASE_URL names, such as sslrootcert, cannot be read",
          "não é possível ler um arquivo que DATABASE_URL indica, como sslrootcert",
        );
  }
  if ((cause as { readonly name?: unknown }).name === "NotCapable") {
    return unavailableMeaning(
      "Deno denied the connection; a Unix socket needs --allow-read and --allow-write",
      "o Deno negou a conexão; um socket Unix precisa de --allow-read e --allow-write",
    );
  }
  // The password is not the reason: the server refuses the user, or the kind of connection.
  if (code === "28000") {
    const hint = isTls ? { en: "", pt: "" } : TLS_HINT;
    return rejectedMeaning(
      `PostgreSQL does not allow this user to connect in this way${hint.en}`,
      `o PostgreSQL não permite que este usuário se conecte deste modo${hint.pt}`,
    );
  }
  const ofCode = Object.hasOwn(MEANING_BY_CODE, code) ? MEANING_BY_CODE[code] : undefined;
  if (ofCode !== undefined) return ofCode;
  if (!/^[0-9A-Z]{5}$/.test(code))
    return unavailableMeaning("PostgreSQL did not answer", "o PostgreSQL não respondeu");
  const ofClass = MEANING_BY_SQLSTATE_CLASS[code.slice(0, 2)];
  if (ofClass === undefined)
    return rejectedMeaning(`PostgreSQL answered SQLSTATE ${code}`, `o PostgreSQL respondeu SQLSTATE ${code}`);
  const [kind, detail] = ofClass;
  return [kind, { en: `${detail.en}, SQLSTATE ${code}`, pt: `${detail.pt}, SQLSTATE ${code}` }];
}
