import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { ServerProgram } from "./server-programs.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export async function locateServer(
  program: ServerProgram,
  environment: Environment,
): Promise<string | undefined> {
  const named = environment[program.environmentVariable];
  if (named) return (await isExecutableFile(named)) ? named : undefined;

  const extraFolders = await Promise.all(program.folders.map(expandStar));
  return searchFolders([...pathFolders(environment), ...extraFolders.flat()], program.binaries);
}

export function locateOnPath(binary: string, environment: Environment): Promise<string | undefined> {
  return searchFolders(pathFolders(environment), [binary]);
}

function pathFolders(environment: Environment): readonly string[] {
  return (environment.PATH ?? "").split(delimiter).filter(Boolean);
}

async function searchFolders(
  folders: readonly string[],
  binaries: readonly string[],
): Promise<string | undefined> {
  for (const folder of folders) {
    for (const binary of binaries) {
      const path = isAbsolute(binary) ? binary : join(folder, binary);
      if (await isExecutableFile(path)) return path;
    }
  }
  return undefined;
}

/** One line: what is missing and what to do about it. */
export function describeMissingServer(program: ServerProgram, environment: Environment): string {
  const { name, environmentVariable, debianPackage, homebrewPackage } = program;
  const named = environment[environmentVariable];
  if (named) return `${name} is missing: ${environmentVariable} names "${named}", not an executable file`;
  const installs = `apt-get install ${debianPackage} (Debian) or brew install ${homebrewPackage} (macOS)`;
  return `${name} is missing: ${installs}, or set ${environmentVariable} to its path`;
}

async function expandStar(folder: string): Promise<readonly string[]> {
  const [parent, rest] = folder.split("/*", 2);
  if (parent === undefined || rest === undefined) return [folder];
  const names = await readdir(parent).catch(() => []);
  const newestFirst = names.toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
  return newestFirst.map((name) => join(parent, name, rest));
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Absent and unreadable are the same to a search.
    return false;
  }
}
