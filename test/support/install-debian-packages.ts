import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import process from "node:process";
import type { Environment } from "./locate-server.ts";

export interface DebianInstaller {
  readonly aptGet: string;
  readonly environment: Environment;
  readonly policyFile: string;
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
  readonly print: (line: string) => void;
}

interface InstallFailure {
  readonly kind: "failed";
  readonly reason: string;
}

export type InstallResult = { readonly kind: "installed" } | InstallFailure;

interface ServicePolicy {
  readonly kind: "denied";
  readonly lift: () => Promise<void>;
}

export async function installDebianPackages(
  packages: readonly string[],
  installer: DebianInstaller,
): Promise<InstallResult> {
  const policy = await forbidServiceStarts(installer.policyFile);
  if (policy.kind === "failed") return policy;
  try {
    const first = await runAptGet(installArguments(packages), installer);
    if (first.kind === "installed") return first;
    // Package lists that are empty or out of date are the usual cause, and cost a download to refresh.
    const update = await runAptGet(["update"], installer);
    if (update.kind === "failed") return update;
    return await runAptGet(installArguments(packages), installer);
  } finally {
    await policy.lift();
  }
}

function installArguments(packages: readonly string[]): readonly string[] {
  // Another checkout may be installing at this moment: queue for dpkg's lock.
  return ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=240", ...packages];
}

function runAptGet(args: readonly string[], installer: DebianInstaller): Promise<InstallResult> {
  const line = `apt-get ${args.join(" ")}`;
  const leftMs = Math.ceil(installer.deadlineMs - performance.now());
  if (leftMs <= 0) return Promise.resolve({ kind: "failed", reason: `no time left for ${line}` });
  installer.print(line);

  return new Promise((resolve) => {
    const child = spawn(installer.aptGet, args, {
      env: { ...installer.environment, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (child.pid !== undefined) process.kill(child.pid, "SIGKILL");
    }, leftMs);
    const settle = (result: InstallResult): void => {
      clearTimeout(timer);
      // A package's script may outlive apt-get and hold the pipe open.
      child.stderr.destroy();
      resolve(result);
    };
    child.stderr.on("data", (chunk: Buffer) => {
      errors = `${errors}${chunk}`.slice(-4096);
    });
    child.once("error", (error) => settle({ kind: "failed", reason: `${line}: ${error.message}` }));
    child.once("exit", (code) => {
      if (code === 0) return settle({ kind: "installed" });
      const reason = isLate ? "ran out of time" : (errors.trim().split("\n").at(-1) ?? "");
      settle({ kind: "failed", reason: `${line}: ${reason || `exit code ${code}`}` });
    });
  });
}

/**
 * Debian starts a service when its package is installed unless policy-rc.d says no. The file denies only while
 * this process lives, so that one left behind by a killed run changes nothing; a file of the machine's is kept.
 */
async function forbidServiceStarts(policyFile: string): Promise<ServicePolicy | InstallFailure> {
  const script = `#!/bin/sh\nkill -0 ${process.pid} 2>/dev/null && exit 101\nexit 0\n`;
  try {
    await writeFile(policyFile, script, { flag: "wx", mode: 0o755 });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return { kind: "denied", lift: () => Promise.resolve() };
    return { kind: "failed", reason: `cannot write ${policyFile}: ${code}` };
  }
  return { kind: "denied", lift: () => rm(policyFile, { force: true }) };
}
