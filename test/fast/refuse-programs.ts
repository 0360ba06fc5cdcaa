import type * as childProcess from "node:child_process";

/** Every function of `node:child_process` that starts a program. */
export const STARTERS = [
  "exec",
  "execFile",
  "execFileSync",
  "execSync",
  "fork",
  "spawn",
  "spawnSync",
] as const satisfies readonly (keyof typeof childProcess)[];

/** Makes all of them throw. */
export function refusePrograms(programs: { [Name in (typeof STARTERS)[number]]: unknown }): void {
  for (const name of STARTERS) {
    programs[name] = (command: string): never => {
      throw new Error(`A fast test starts no program, and this one starts ${command}`);
    };
  }
}
