import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CertificateAuthority, createCertificateAuthority } from "../support/certificates.ts";
import { createGuardedDirectory, type GuardedDirectory } from "../support/guarded-directory.ts";
import { POSTGRES_PASSWORD } from "../support/postgres-cluster.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type MainRun, runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { giveToUnprivileged } from "../support/unprivileged.ts";

let authority: CertificateAuthority;
let postgres: PostgresServer;
let folder: GuardedDirectory;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  folder = await createGuardedDirectory("mosaic-sockets-");
  await giveToUnprivileged(folder.path);
  const { cert, key } = await authority.issue({ for: "IP:127.0.0.1" });
  const own = join(folder.path, "tls");
  await mkdir(own);
  const files = { cert: join(own, "cert.pem"), key: join(own, "key.pem"), hba: join(own, "hba.conf") };
  await writeFile(files.cert, await readFile(cert));
  await writeFile(files.key, await readFile(key), { mode: 0o600 });
  await writeFile(files.hba, "hostssl all all 127.0.0.1/32 trust\nlocal all all trust\n", { mode: 0o644 });
  for (const file of [dirname(files.key), files.cert, files.key, files.hba]) await giveToUnprivileged(file);
  const tls = ["ssl=on", `ssl_cert_file=${files.cert}`, `ssl_key_file=${files.key}`];
  const settings = [...tls, `hba_file=${files.hba}`, `unix_socket_directories=${folder.path}`];
  postgres = await startPostgres({ args: settings.flatMap((setting) => ["-c", setting]) });
});
afterAll(async () => {
  await postgres?.stop();
  await folder?.remove();
  await authority?.[Symbol.asyncDispose]();
});

describe.each(RUNTIMES)("PostgreSQL that takes TLS alone, on $name", (runtime) => {
  // Deno connects to a socket only with the right to write it.
  const socketRights = (path: string) => (runtime.name === "deno" ? [`--allow-write=${path}`] : []);
  const tickers = (url: string, rights: readonly string[] = []): Promise<MainRun> =>
    runMain(
      { ...runtime, args: [...runtime.args, ...rights] },
      {
        args: ["tickers"],
        directory: ".",
        env: { DATABASE_URL: url, TICKERS_SQL: "SELECT 'HGLG11' AS ticker" },
      },
    );
  const ok = { exitCode: 0, stdout: "HGLG11\n", stderr: "" };

  it("D1: a URL without sslmode is refused with the word TLS", async () => {
    const { exitCode, stderr } = await tickers(postgres.url);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "it may require TLS; set sslmode=verify-full in DATABASE_URL: no pg_hba.conf entry",
    );
    expect(stderr).not.toContain(POSTGRES_PASSWORD);
  });

  it.each(["require", "verify-ca", "verify-full", "prefer"])(
    "D2: sslmode=%s and a certificate that is not trusted say so, in one line",
    async (mode) => {
      const { exitCode, stderr } = await tickers(`${postgres.url}?sslmode=${mode}`);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^Cannot query .*: PostgreSQL's certificate is not trusted: set sslrootcert=PATH .*\n$/,
      );
    },
  );

  it("D2: a trusted certificate, and one that is not to be checked, connect", async () => {
    expect(await tickers(`${postgres.url}?sslmode=require&sslrootcert=${authority.path}`)).toEqual(ok);
    expect(await tickers(`${postgres.url}?sslmode=no-verify`)).toEqual(ok);
    const { stderr } = await tickers(`${postgres.url}?sslmode=verify-full&sslrootcert=/nowhere.pem`);
    expect(stderr).toContain("a file that DATABASE_URL names, such as sslrootcert, cannot be read");
  });

  it("D3: a socket is taken, and a folder without one named", async () => {
    const user = new URL(postgres.url).username;
    const rights = socketRights(folder.path);
    const found = await tickers(
      `postgres://${user}@/postgres?host=${folder.path}&port=${postgres.port}`,
      rights,
    );
    expect(found).toEqual(ok);
    const encoded = encodeURIComponent(folder.path);
    expect(await tickers(`postgres://${user}@${encoded}:${postgres.port}/postgres`, rights)).toEqual(ok);
    const none = await tickers(`postgres:///funds?host=${folder.path}/tls&user=${user}`, rights);
    expect([none.exitCode, none.stdout]).toEqual([1, ""]);
    expect(none.stderr).toContain("DATABASE_URL names a folder without a socket of PostgreSQL");
  });
});
