import process from "node:process";

/** Does nothing when there is no such process. */
export function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    // Not child.kill(): on Deno that delivers one signal and no second, and closes the child's input before it.
    process.kill(pid, name);
  } catch (error) {
    // It has ended and been reaped.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
