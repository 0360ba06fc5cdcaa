import { readdirSync, readFileSync } from "node:fs";

/** What all threads of a process have had of the processors, in seconds; undefined where the system has no `/proc`. */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ", 1)[0]),
    );
    return nanoseconds.reduce((sum, part) => sum + part, 0) / 1e9;
  } catch {
    return undefined;
  }
}
