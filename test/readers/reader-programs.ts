import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** The readers of the table, by the names that `mosaic validate --readers` takes; PyYAML comes first. */
export const READER_NAMES = ["python", "ruby", "php", "r", "java", "go"] as const;
export type ReaderName = (typeof READER_NAMES)[number];

/** How the program of a reader is run. */
export interface ReaderProgram {
  readonly name: ReaderName;
  readonly command: string;
  readonly args: readonly string[];
  readonly version: string;
}

/** The readers of this machine. */
export interface InstalledReaders extends AsyncDisposable {
  readonly programs: readonly ReaderProgram[];
  readonly missing: readonly ReaderName[];
}

const PROGRAMS = join(import.meta.dirname, "programs");
const SNAKEYAML = "/usr/share/java/snakeyaml.jar";
const GO_SOURCES = "/usr/share/gocode";

const COMMANDS: Readonly<Record<Exclude<ReaderName, "go">, readonly [string, ...string[]]>> = {
  python: ["python3", join(PROGRAMS, "read_yaml.py")],
  ruby: ["ruby", join(PROGRAMS, "read_yaml.rb")],
  php: ["php", join(PROGRAMS, "read_yaml.php")],
  r: ["Rscript", join(PROGRAMS, "read_yaml.R")],
  java: ["java", "-cp", SNAKEYAML, join(PROGRAMS, "ReadYaml.java")],
};

/** Finds the readers that can be run here, with their packages from Debian; the one of Go is compiled first. */
export async function findReaders(names: readonly ReaderName[] = READER_NAMES): Promise<InstalledReaders> {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-readers-"));
  const programs = names.flatMap((name) => findReader(name, folder) ?? []);
  return {
    programs,
    missing: names.filter((name) => !programs.some((program) => program.name === name)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The first python3 on the path need not be Debian's, which has Debian's packages. */
const PYTHONS = [process.env.MOSAIC_TEST_PYTHON, "python3", "/usr/bin/python3"];

function findReader(name: ReaderName, folder: string): ReaderProgram | undefined {
  if (name === "go") return probe(name, compileGo(folder), []);
  const [command, ...args] = COMMANDS[name];
  const commands = name === "python" ? PYTHONS : [command];
  for (const candidate of commands) {
    const program = probe(name, candidate, args);
    if (program !== undefined) return program;
  }
  return undefined;
}

function probe(
  name: ReaderName,
  command: string | undefined,
  args: readonly string[],
): ReaderProgram | undefined {
  if (command === undefined) return undefined;
  const { status, stdout } = spawnSync(command, [...args, "--version"], {
    encoding: "utf8",
    timeout: 60_000,
  });
  return status === 0 ? { name, command, args, version: stdout.trim() } : undefined;
}

function compileGo(folder: string): string | undefined {
  if (!existsSync(join(GO_SOURCES, "src/gopkg.in/yaml.v3"))) return undefined;
  const program = join(folder, "read-yaml-go");
  const environment = { PATH: process.env.PATH, HOME: folder, GO111MODULE: "off", GOPATH: GO_SOURCES };
  const env = { ...environment, GOCACHE: join(folder, "cache") };
  const { status } = spawnSync("go", ["build", "-o", program, join(PROGRAMS, "read_yaml.go")], { env });
  return status === 0 ? program : undefined;
}
