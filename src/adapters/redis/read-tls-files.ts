import { createPrivateKey, X509Certificate } from "node:crypto";
import { describeReadFailure, readLinkedFile } from "../filesystem/read-file.ts";
import type { TlsFiles } from "./topology/tls-options.ts";

/** The files of TLS connections: as paths before they are read, as text afterwards. */
export type TlsFileTexts = Omit<TlsFiles, "serverName">;

export type TlsFilesRead =
  | { readonly kind: "files"; readonly files: TlsFileTexts }
  | { readonly kind: "unusable"; readonly file: keyof TlsFileTexts; readonly detail: string };

type PemRead =
  | { readonly kind: "pem"; readonly pem: string }
  | { readonly kind: "unusable"; readonly detail: string };

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
    return { kind: "unusable", file: "key", detail: "it is not the key of the certificate" };
  }
  return { kind: "files", files };
}

async function readPem(path: string, parse: (text: string) => PemRead): Promise<PemRead> {
  try {
    const read = await readLinkedFile(path, PEM_BYTES_MAX);
    if (read === undefined) return unusablePem("it is not a file");
    if (read.bytes.byteLength > PEM_BYTES_MAX) return unusablePem(`it has more than ${PEM_BYTES_MAX} bytes`);
    return parse(new TextDecoder().decode(read.bytes));
  } catch (cause) {
    return unusablePem(describeReadFailure(path, cause).en);
  }
}

function parseCertificates(text: string): PemRead {
  const certificates = text.match(CERTIFICATE_PATTERN) ?? [];
  if (certificates.length === 0) return unusablePem("it contains no PEM certificate");
  const invalidIndex = certificates.findIndex(
    (certificate) => resultOrUndefined(() => new X509Certificate(certificate).subject) === undefined,
  );
  if (invalidIndex >= 0)
    return unusablePem(`certificate ${invalidIndex + 1} of ${certificates.length} cannot be read`);
  // A private key in the same file is left out.
  return { kind: "pem", pem: certificates.join("\n") };
}

function parsePrivateKey(text: string): PemRead {
  if (text.includes("ENCRYPTED")) return unusablePem("the key has a passphrase, which is not supported");
  if (resultOrUndefined(() => createPrivateKey(text)) === undefined)
    return unusablePem("it contains no PEM private key");
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

function unusablePem(detail: string): PemRead & { readonly kind: "unusable" } {
  return { kind: "unusable", detail };
}
