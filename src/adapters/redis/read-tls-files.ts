import { createPrivateKey, X509Certificate } from "node:crypto";
import type { LocalizedText } from "../../lib/language.ts";
import { describeReadFailure, readLinkedFile } from "../filesystem/read-file.ts";
import type { TlsFiles } from "./topology/tls-options.ts";

/** The files of TLS connections: as paths before they are read, as text afterwards. */
export type TlsFileTexts = Omit<TlsFiles, "serverName">;

export type TlsFilesRead =
  | { readonly kind: "files"; readonly files: TlsFileTexts }
  | { readonly kind: "unusable"; readonly file: keyof TlsFileTexts; readonly detail: LocalizedText };

type PemRead =
  | { readonly kind: "pem"; readonly pem: string }
  | { readonly kind: "unusable"; readonly detail: LocalizedText };

const PEM_BYTES_MAX = 1024 * 1024;
const CERTIFICATE_PATTERN = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Reads PEM files by their paths. */
export async function readTlsFiles(paths: TlsFileTexts): Promise<TlsFilesRead> {
  const files: Partial<Record<keyof TlsFileTexts, string>> = {};
  for (const file of ["ca", "cert", "key"] as const) {
    const path = paths[file];
    if (path === undefined) continue;
    const read = await readPem(path, file === "key" ? parsePrivateKey : parseCertificates);
    if (read.kind === "unusable") return { ...read, file };
    files[file] = read.pem;
  }
  const { cert, key } = files;
  if (cert !== undefined && key !== undefined && !isMatchingKey(cert, key)) {
    return {
      kind: "unusable",
      file: "key",
      detail: { en: "it is not the key of the certificate", pt: "não é a chave do certificado" },
    };
  }
  return { kind: "files", files };
}

async function readPem(path: string, parse: (text: string) => PemRead): Promise<PemRead> {
  try {
    const read = await readLinkedFile(path, PEM_BYTES_MAX);
    if (read === undefined) return unusablePem({ en: "it is not a file", pt: "não é um arquivo" });
    if (read.bytes.byteLength > PEM_BYTES_MAX)
      return unusablePem({
        en: `it has more than ${PEM_BYTES_MAX} bytes`,
        pt: `tem mais de ${PEM_BYTES_MAX} bytes`,
      });
    return parse(new TextDecoder().decode(read.bytes));
  } catch (cause) {
    return unusablePem(describeReadFailure(path, cause));
  }
}

function parseCertificates(text: string): PemRead {
  const certificates = text.match(CERTIFICATE_PATTERN) ?? [];
  if (certificates.length === 0)
    return unusablePem({ en: "it contains no PEM certificate", pt: "não contém um certificado em PEM" });
  const invalidIndex = certificates.findIndex(
    (certificate) => resultOrUndefined(() => new X509Certificate(certificate).subject) === undefined,
  );
  if (invalidIndex >= 0) {
    const [place, count] = [invalidIndex + 1, certificates.length];
    return unusablePem({
      en: `certificate ${place} of ${count} cannot be read`,
      pt: `não é possível ler o certificado ${place} de ${count}`,
    });
  }
  // A private key in the same file is left out.
  return { kind: "pem", pem: certificates.join("\n") };
}

function parsePrivateKey(text: string): PemRead {
  if (text.includes("ENCRYPTED"))
    return unusablePem({
      en: "the key has a passphrase, which is not supported",
      pt: "a chave tem uma senha, o que não é aceito",
    });
  if (resultOrUndefined(() => createPrivateKey(text)) === undefined)
    return unusablePem({ en: "it contains no PEM private key", pt: "não contém uma chave privada em PEM" });
  return { kind: "pem", pem: text };
}

/** Whether the key belongs to the certificate; also true if the runtime cannot compare them. */
function isMatchingKey(cert: string, key: string): boolean {
  return resultOrUndefined(() => new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) !== false;
}

/** Runs a function; undefined after any error, because the runtimes throw different errors for an invalid file. */
function resultOrUndefined<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function unusablePem(detail: LocalizedText): PemRead & { readonly kind: "unusable" } {
  return { kind: "unusable", detail };
}
