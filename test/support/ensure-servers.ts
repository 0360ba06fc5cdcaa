import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { installDebianPackages } from "./install-debian-packages.ts";
import { describeMissingServer, type Environment, locateOnPath, locateServer } from "./locate-server.ts";
import { type ServerProgram, serverPrograms } from "./server-programs.ts";

export interface Machine {
  readonly environment: Environment;
  readonly userId: number | undefined;
  readonly policyFile: string;
  readonly installTimeoutMs: number;
  readonly print: (line: string) => void;
}

/** Vitest's globalSetup: a missing server fails the run, it never skips a test. */
export async function setup(): Promise<void> {
  await preferInterpreter(process.env);
  await ensureServers(serverPrograms, {
    environment: process.env,
    userId: process.getuid?.(),
    policyFile: "/usr/sbin/policy-rc.d",
    installTimeoutMs: 300_000,
    print: (line) => process.stderr.write(`ensure-servers: ${line}\n`),
  });
}

/** The script of a version manager starts five times as slowly as the Python that it selects: that one comes first. */
async function preferInterpreter(environment: NodeJS.ProcessEnv): Promise<void> {
  const asked = promisify(execFile)("python3", ["-c", "import sys; print(sys.executable)"]);
  // Without Python, the tests that need it say how to get it.
  const { stdout } = await asked.catch(() => ({ stdout: "" }));
  const folder = dirname(stdout.trim());
  if (folder !== ".") environment.PATH = [folder, environment.PATH].join(delimiter);
}

export async function ensureServers(programs: readonly ServerProgram[], machine: Machine): Promise<void> {
  const missing = await findMissing(programs, machine.environment);
  if (missing.length === 0) return;

  const reason = await tryInstall(missing, machine);
  const stillMissing = await findMissing(missing, machine.environment);
  if (stillMissing.length === 0) return;
  const lines = stillMissing.map((program) => {
    const line = describeMissingServer(program, machine.environment);
    return reason === undefined ? line : `${line} (${reason})`;
  });
  throw new Error(lines.join("\n"));
}

async function findMissing(
  programs: readonly ServerProgram[],
  environment: Environment,
): Promise<readonly ServerProgram[]> {
  const paths = await Promise.all(programs.map((program) => locateServer(program, environment)));
  return programs.filter((_, index) => paths[index] === undefined);
}

/** Why nothing was installed, when something stood in the way that is worth a word. */
async function tryInstall(missing: readonly ServerProgram[], machine: Machine): Promise<string | undefined> {
  // Who names a path wants that very program: a package would not put it there.
  const installable = missing.filter((program) => !machine.environment[program.environmentVariable]);
  const aptGet = await locateOnPath("apt-get", machine.environment);
  if (installable.length === 0 || aptGet === undefined) return undefined;
  if (machine.userId !== 0) return "not root, so not installed";

  const packages = [...new Set(installable.map((program) => program.debianPackage))];
  const result = await installDebianPackages(packages, {
    aptGet,
    environment: machine.environment,
    policyFile: machine.policyFile,
    deadlineMs: performance.now() + machine.installTimeoutMs,
    print: machine.print,
  });
  return result.kind === "failed" ? result.reason : undefined;
}
