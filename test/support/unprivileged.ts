import { chown } from "node:fs/promises";
import process from "node:process";

/** `nobody`, on Linux and wherever else the tests may run as root. */
const USER_ID = 65_534;

export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/** The command as a user without privileges would run it: PostgreSQL refuses to be run by root. */
export function unprivileged({ command, args }: CommandLine): CommandLine {
  if (process.getuid?.() !== 0) return { command, args };
  const user = [`--reuid=${USER_ID}`, `--regid=${USER_ID}`, "--clear-groups"];
  return { command: "setpriv", args: [...user, "--", command, ...args] };
}

/** Gives a file or folder to the user of {@link unprivileged}. */
export async function giveToUnprivileged(path: string): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, USER_ID, USER_ID);
}
