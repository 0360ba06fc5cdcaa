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

const BYTES_MAX = 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Reads PEM files by their paths. */
export async function readTlsFiles(paths: TlsFileTexts): Promise<TlsFilesRead> {
  const files: Partial<Record<keyof TlsFileTexts, string>> = {};
  for (const file of ["ca", "cert", "key"] as const) {
    const path = paths[file];
    if (path === undefined) continue;
    const read = await readPem(path, file === "key" ? privateKeyOf : certificatesOf);
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
    const read = await readLinkedFile(path, BYTES_MAX);
    if (read === undefined) return unusable("it is not a file");
    if (read.bytes.byteLength > BYTES_MAX) return unusable(`it has more than ${BYTES_MAX} bytes`);
    return parse(new TextDecoder().decode(read.bytes));
  } catch (cause) {
    return unusable(describeReadFailure(path, cause).en);
  }
}

function certificatesOf(text: string): PemRead {
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return unusable("it contains no PEM certificate");
  const invalidIndex = certificates.findIndex(
    (certificate) => tryCall(() => new X509Certificate(certificate).subject) === undefined,
  );
  if (invalidIndex >= 0)
    return unusable(`certificate ${invalidIndex + 1} of ${certificates.length} cannot be read`);
  // A private key in the same file is left out.
  return { kind: "pem", pem: certificates.join("\n") };
}

function privateKeyOf(text: string): PemRead {
  if (text.includes("ENCRYPTED")) return unusable("the key has a passphrase, which is not supported");
  if (tryCall(() => createPrivateKey(text)) === undefined) return unusable("it contains no PEM private key");
  return { kind: "pem", pem: text };
}

/** Whether the key belongs to the certificate; also true if the runtime cannot compare them. */
function isMatchingKey(cert: string, key: string): boolean {
  return tryCall(() => new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) !== false;
}

/** Runs a function; undefined after any error, because the runtimes throw different errors for an invalid file. */
function tryCall<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function unusable(detail: string): PemRead & { readonly kind: "unusable" } {
  return { kind: "unusable", detail };
}
