import { spawn } from "node:child_process";
import type { Writable } from "node:stream";

export interface ExitGuard {
  release(): void;
}

/**
 * Keeps the command of each guard under its number, and runs all that are left when its input ends, the last one first:
 * what was started last may still write where an earlier guard removes.
 */
const SCRIPT = `
trap "" HUP INT TERM
while read -r verb id command; do
  if [ "$verb" = add ]; then
    eval "command_$id=\\$command"
    ids="$id $ids"
  else
    unset "command_$id"
  fi
done
for id in $ids; do
  eval "eval \\"\\$command_$id\\""
done
`;

let shell: Writable | undefined;
let lastId = 0;

/**
 * Runs a shell command, with these arguments as `$1` and so on, once this process has ended, in whichever way. A shell reads a
 * pipe that only this process holds open, and the system closes that pipe even after SIGKILL. Vitest ends its forks
 * by a signal, so that a listener for "exit" would not run.
 */
export function guardExit(command: string, args: readonly string[]): ExitGuard {
  const line = `set -- ${args.map(quote).join(" ")}; ${command}`;
  if (line.includes("\n")) throw new RangeError("A guard's command and arguments are one line");
  shell ??= startShell();
  const id = ++lastId;
  shell.write(`add ${id} ${line}\n`);
  return { release: () => void shell?.write(`drop ${id}\n`) };
}

/** As one word of a shell command. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function startShell(): Writable {
  // Ctrl-C reaches the whole process group: the shell must outlive what it guards against.
  const child = spawn("/bin/sh", ["-c", SCRIPT, "exit-guard"], { stdio: ["pipe", "ignore", "ignore"] });
  if (child.pid === undefined) throw new Error("Cannot spawn /bin/sh");
  child.unref();
  // Without the shell nothing is guarded, which is no fault of what a test looks at.
  child.stdin.on("error", () => undefined);
  return child.stdin;
}
