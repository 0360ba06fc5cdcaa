import { spawn } from "node:child_process";
import process from "node:process";
import { text } from "node:stream/consumers";

export interface ProgramRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly input?: string;
  readonly directory?: string;
  /** In addition to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program that ends by itself. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { input = "", directory = process.cwd(), env = {} }: ProgramOptions = {},
): Promise<ProgramRun> {
  const child = spawn(command, args, { stdio: "pipe", cwd: directory, env: { ...process.env, ...env } });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // A program that does not read its input may have ended before it is there.
  child.stdin.once("error", () => undefined);
  child.stdin.end(input);
  const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
