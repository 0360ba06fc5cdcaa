import { X509Certificate } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { fileErrorCode, readBoundedFile } from "../filesystem/read-file.ts";

/** The content of a file of certificates. */
export type CaCertificatesRead =
  | { readonly kind: "authority"; readonly pem: string }
  | { readonly kind: "unusable"; readonly detail: string };

const BYTES_MAX = 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Reads CA certificates, PEM, one or more. Links are followed, which is how Kubernetes mounts them. */
export async function readCaCertificates(path: string): Promise<CaCertificatesRead> {
  try {
    const realPath = await realpath(path);
    if (!(await stat(realPath)).isFile()) return unusable("it is not a file");
    return authorityOf(await readBoundedFile(realPath, BYTES_MAX));
  } catch (cause) {
    const code = fileErrorCode(cause);
    if (code === "ENOENT" || code === "ENOTDIR") return unusable("file not found");
    if (code === "EACCES" || code === "EPERM") return unusable("permission denied");
    return unusable(`read failed with ${code}`);
  }
}

function authorityOf(bytes: Uint8Array): CaCertificatesRead {
  if (bytes.byteLength > BYTES_MAX) return unusable(`it has more than ${BYTES_MAX} bytes`);
  const certificates = new TextDecoder().decode(bytes).match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return unusable("it contains no PEM certificate");
  const wrong = certificates.findIndex((certificate) => !isCertificate(certificate));
  if (wrong >= 0) return unusable(`certificate ${wrong + 1} of ${certificates.length} cannot be read`);
  // A private key in the same file is left out.
  return { kind: "authority", pem: certificates.join("\n") };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    // The runtimes throw different errors for an invalid certificate.
    return false;
  }
}

function unusable(detail: string): CaCertificatesRead {
  return { kind: "unusable", detail };
}
