import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTlsFiles } from "../../../src/adapters/redis/read-tls-files.ts";
import { type CertificateAuthority, createCertificateAuthority } from "../../support/certificates.ts";
import { createGuardedDirectory, type GuardedDirectory } from "../../support/guarded-directory.ts";

let ca: CertificateAuthority;
let directory: GuardedDirectory;
let pem: string;
beforeAll(async () => {
  [ca, directory] = await Promise.all([
    createCertificateAuthority(),
    createGuardedDirectory("mosaic-authority-"),
  ]);
  pem = await readFile(ca.path, "utf8");
});
afterAll(async () => {
  await ca[Symbol.asyncDispose]();
  await directory.remove();
});

const at = (name: string): string => join(directory.path, name);
const BROKEN = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";

describe("readTlsFiles()", () => {
  test("returns the certificates of a file, and of what a link leads to, and nothing else in it", async () => {
    await writeFile(at("two.pem"), `# ours\n${pem}${KEY}\r\n${pem}`);
    await symlink(at("two.pem"), at("link.pem"));
    const read = { kind: "files", files: { ca: `${pem.trim()}\n${pem.trim()}` } };
    expect([await readTlsFiles({ ca: at("two.pem") }), await readTlsFiles({ ca: at("link.pem") })]).toEqual([
      read,
      read,
    ]);
  });

  test("says why a file is of no use", async () => {
    await mkdir(at("folder"));
    const files = { empty: "", key: KEY, broken: `${pem}${BROKEN}`, large: " ".repeat(1024 * 1024 + 1) };
    for (const [name, text] of Object.entries(files)) await writeFile(at(name), text);
    const details: Record<string, unknown> = {};
    for (const name of ["absent", "folder", ...Object.keys(files)]) {
      const read = await readTlsFiles({ ca: at(name) });
      details[name] = read.kind === "unusable" ? [read.detail.en, read.detail.pt] : read.kind;
    }
    expect(details).toEqual({
      absent: ["file not found", "arquivo não encontrado"],
      folder: ["it is not a file", "não é um arquivo"],
      empty: ["it contains no PEM certificate", "não contém um certificado em PEM"],
      key: ["it contains no PEM certificate", "não contém um certificado em PEM"],
      broken: ["certificate 2 of 2 cannot be read", "não é possível ler o certificado 2 de 2"],
      large: ["it has more than 1048576 bytes", "tem mais de 1048576 bytes"],
    });
  });
});
