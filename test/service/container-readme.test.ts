import { chmod, cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCompose, readContainerFile } from "../support/container-files.ts";
import { freePort } from "../support/free-port.ts";
import { createGuardedDirectory, type GuardedDirectory } from "../support/guarded-directory.ts";
import { startRedis } from "../support/redis-server.ts";
import { type MainRun, runToEnd } from "../support/run-main.ts";

const FOLDER = join(import.meta.dirname, "../../deploy/container");
/** Writes down where it was called and with what, and does nothing: the rights and the daemon that these need are not everywhere. */
const RECORDER = '#!/bin/sh\nprintf "%s: %s\\n" "$(basename "$PWD")" "$(basename "$0") $*" >> "$CALLS"\n';

let project: GuardedDirectory;
let container: string;
let calls: string;
let run: MainRun;

/** Follows the steps of the README in a copy of the project, in one shell, from the first line to the last. */
beforeAll(async () => {
  project = await createGuardedDirectory("mosaic-readme-");
  container = join(project.path, "project/deploy/container");
  calls = join(project.path, "calls");
  const programs = join(project.path, "programs");
  await mkdir(programs);
  for (const name of ["docker", "sudo"]) {
    await writeFile(join(programs, name), RECORDER);
    await chmod(join(programs, name), 0o755);
  }
  for (const name of ["compose.yaml", "Dockerfile", "reader.sh"])
    await cp(join(FOLDER, name), join(container, name));
  const steps = [...(await readContainerFile("README.md")).matchAll(/```sh\n([\s\S]*?)```/g)];
  run = await runToEnd("/bin/sh", {
    args: ["-eu", "-c", steps.map(([, step]) => step).join("\n")],
    directory: join(project.path, "project"),
    env: { CALLS: calls, PATH: `${programs}:${process.env.PATH}` },
  });
});
afterAll(() => project?.remove());

async function readSecrets(): Promise<Readonly<Record<string, string>>> {
  const lines = (await readFile(join(container, ".env"), "utf8")).trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split("=", 2)));
}

describe("F3: deploy/container/README.md, followed word for word", () => {
  test("F3: every step works, each in the folder that the one before it left", async () => {
    expect([run.exitCode, run.stderr.match(/cannot|No such|not found/g)]).toEqual([0, null]);
    expect((await readFile(calls, "utf8")).trim().split("\n")).toEqual([
      "project: docker build -f deploy/container/Dockerfile --target node -t mosaic .",
      expect.stringMatching(/^project: docker run --rm --read-only .+ mosaic$/),
      "tls: sudo chown 999 redis.key",
      "container: docker compose up --build",
    ]);
  });

  test("F3: it makes every file and every secret that compose.yaml names", async () => {
    const needed = [...(await readContainerFile("compose.yaml")).matchAll(/\$\{([A-Z_]+):\?\}/g)];
    expect(Object.keys(await readSecrets()).toSorted()).toEqual(
      [...new Set(needed.map(([, name]) => name))].toSorted(),
    );
    const { mosaic, redis } = await readCompose();
    const mounted = JSON.stringify([mosaic?.volumes, redis?.volumes, redis?.command]);
    const names = new Set([...mounted.matchAll(/\/tls\/([a-z.]+)/g)].map(([, name = ""]) => name));
    expect(await readdir(join(container, "tls"))).toEqual(expect.arrayContaining([...names]));
    expect(names.size).toBe(3);
  });

  test("F3: nobody else may read the secrets, and the authority's key is in a folder of its own", async () => {
    for (const name of [".env", "tls/redis.key", "ca/ca.key"])
      expect([name, (await stat(join(container, name))).mode & 0o077]).toEqual([name, 0]);
    expect(await readdir(join(container, "tls"))).not.toContain("ca.key");
    expect(await readdir(join(container, "ca"))).toEqual(["ca.key"]);
  });

  test("F3: Redis takes the certificate and the password, and clients that look for redis trust it", async () => {
    const { redis } = await readCompose();
    const { REDIS_PASSWORD = "" } = await readSecrets();
    const tlsPort = await freePort();
    const command = (redis?.command ?? []).map((word) =>
      word.replace(`\${REDIS_PASSWORD:?}`, REDIS_PASSWORD).replace("/tls", join(container, "tls")),
    );
    const tls = command.slice(command.indexOf("--tls-cert-file"), command.indexOf("--save"));
    const user = command.slice(command.lastIndexOf("--user"));
    await using server = await startRedis({ args: ["--tls-port", String(tlsPort), ...tls, ...user] });
    expect(server.port).not.toBe(tlsPort);
    const ca = await readFile(join(container, "tls/ca.pem"));
    const socket = connect({ host: "127.0.0.1", port: tlsPort, servername: "redis", ca });
    let answer = "";
    for await (const chunk of socket.on("secureConnect", () => {
      socket.write(`AUTH mosaic ${REDIS_PASSWORD}\r\nPING\r\nQUIT\r\n`);
    }))
      answer += String(chunk);
    expect(answer).toContain("+OK\r\n+PONG\r\n");
  });
});
