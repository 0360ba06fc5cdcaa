import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import type { Runtime } from "./runtimes.ts";

/** The oldest line of Node that the package runs on, as `engines` has it. */
const VERSION = "22.23.3";
const CACHE = resolve(import.meta.dirname, "../../node_modules/.cache");
const TIMEOUT_MS = 240_000;
const run = promisify(execFile);

/**
 * Node 22, installed from npm once and kept in `node_modules/.cache`. As a development dependency its `bin` would take the place of
 * Node 24's, whose name it shares.
 */
export async function findNode22(env: Readonly<Record<string, string>>): Promise<Runtime> {
  const folder = join(CACHE, `node-${VERSION}`);
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const command = join(folder, "node_modules", name, "bin/node");
  const isThere = await access(command).then(
    () => true,
    () => false,
  );
  if (!isThere) await install(`${name}@${VERSION}`, { folder, env });
  return { name: "node", command, args: [] };
}

interface Installation {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** In a folder of its own that is renamed at the end: what is interrupted leaves nothing that looks whole. */
async function install(specifier: string, { folder, env }: Installation): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const cwd = await mkdtemp(`${folder}-`);
  try {
    await writeFile(join(cwd, "package.json"), JSON.stringify({ name: "node22", private: true }));
    const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", specifier];
    await run("npm", args, { cwd, env, timeout: TIMEOUT_MS });
    await rename(cwd, folder);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
