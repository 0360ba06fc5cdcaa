import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findServer } from "./find-server.ts";
import { createGuardedDirectory } from "./guarded-directory.ts";
import { runProgram } from "./run-program.ts";

/** A certificate and its key, as paths of PEM files. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Whom it is for, such as `IP:127.0.0.1`. */
  readonly for: string;
  /** Default: for two days from now; -1: it ended yesterday. */
  readonly days?: number;
}

/** An authority of a test's own. */
export interface CertificateAuthority extends AsyncDisposable {
  /** Path of its certificate, a PEM file. */
  readonly path: string;
  issue(options: CertificateOptions): Promise<CertificateFiles>;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const openssl = await findServer("openssl");
  const directory = await createGuardedDirectory("mosaic-certificates-");
  const at = (name: string): string => join(directory.path, name);
  let issued = 0;

  async function run(...args: readonly string[]): Promise<void> {
    const { code, stderr } = await runProgram(openssl, args);
    if (code !== 0) throw new Error(`Cannot make a certificate: ${stderr}`);
  }

  const ca = { cert: at("ca.pem"), key: at("ca.key") };
  const usage = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
  const subject = ["-subj", "/CN=Authority of the tests"];
  await run(
    "req",
    "-x509",
    ...NEW_KEY,
    "-keyout",
    ca.key,
    "-out",
    ca.cert,
    "-days",
    "2",
    ...subject,
    ...usage,
  );

  return {
    path: ca.cert,
    async issue({ for: name, days = 2 }) {
      issued += 1;
      const [cert, key, request, extensions] = ["pem", "key", "csr", "ext"].map((end) =>
        at(`${issued}.${end}`),
      ) as [string, string, string, string];
      await writeFile(extensions, `subjectAltName=${name}\nextendedKeyUsage=serverAuth,clientAuth\n`);
      await run("req", ...NEW_KEY, "-keyout", key, "-out", request, "-subj", "/CN=Redis of the tests");
      const signed = ["-CA", ca.cert, "-CAkey", ca.key, "-set_serial", String(issued), "-days", String(days)];
      await run("x509", "-req", "-in", request, "-out", cert, ...signed, "-extfile", extensions);
      return { cert, key };
    },
    [Symbol.asyncDispose]: () => directory.remove(),
  };
}
