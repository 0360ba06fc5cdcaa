import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findServer } from "./find-server.ts";
import { createGuardedDirectory, type GuardedDirectory } from "./guarded-directory.ts";
import { giveToUnprivileged, unprivileged } from "./unprivileged.ts";

export const POSTGRES_USER = "mosaic";
/** Like nothing else in a message or a log, so that it can be searched for. */
export const POSTGRES_PASSWORD = "s3cr3t-of-the-database";

export type PostgresAuth = "password" | "trust";

/** The files of one PostgreSQL. */
export interface PostgresCluster {
  readonly directory: GuardedDirectory;
  readonly dataPath: string;
}

/** What a server says of itself in its folder. */
export interface PostmasterFile {
  readonly pid: number;
  readonly isReady: boolean;
  /** Outlives a server that is killed. */
  readonly sharedMemoryId: string | undefined;
}

const directoryPrefix = "mosaic-postgres-";
const run = promisify(execFile);
/** Making a cluster takes a second, copying one does not: it is made once. */
let template: Promise<PostgresCluster> | undefined;

export async function createPostgresCluster(auth: PostgresAuth): Promise<PostgresCluster> {
  template ??= createTemplate();
  const { dataPath: templatePath } = await template;
  return fill(async ({ dataPath }) => {
    await runUnprivileged("cp", ["-R", "--", templatePath, dataPath]);
    const method = auth === "password" ? "scram-sha-256" : "trust";
    await writeFile(join(dataPath, "pg_hba.conf"), `host all all 127.0.0.1/32 ${method}\n`);
  });
}

async function createTemplate(): Promise<PostgresCluster> {
  const initdb = await findServer("initdb");
  return fill(async ({ directory, dataPath }) => {
    const passwordFile = join(directory.path, "password");
    await writeFile(passwordFile, `${POSTGRES_PASSWORD}\n`);
    await giveToUnprivileged(passwordFile);
    const what = ["--pgdata", dataPath, "--username", POSTGRES_USER, "--pwfile", passwordFile];
    await runUnprivileged(initdb, [
      ...what,
      "--auth",
      "trust",
      "--encoding",
      "UTF8",
      "--no-locale",
      "--no-sync",
    ]);
  });
}

async function fill(write: (cluster: PostgresCluster) => Promise<void>): Promise<PostgresCluster> {
  const directory = await createGuardedDirectory(directoryPrefix);
  try {
    await giveToUnprivileged(directory.path);
    const cluster = { directory, dataPath: join(directory.path, "data") };
    await write(cluster);
    return cluster;
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

async function runUnprivileged(command: string, args: readonly string[]): Promise<void> {
  const line = unprivileged({ command, args });
  await run(line.command, line.args, { cwd: "/" });
}

/** Undefined as long as no server has written it. */
export async function readPostmasterFile({ dataPath }: PostgresCluster): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(dataPath, "postmaster.pid"), "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split("\n").map((line) => line.trim());
  return {
    pid: Number(lines[0]),
    isReady: lines[7] === "ready",
    sharedMemoryId: lines[6]?.split(/\s+/)[1],
  };
}
