import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RUNTIMES, type Runtime } from "../test/support/runtimes.ts";
import { startListening, untilServed } from "./listening-process.ts";
import { paired } from "./paired.ts";
import type { Report } from "./report.ts";

const MAIN = new URL("../src/app/main.ts", import.meta.url).pathname;
const BARE = new URL("./bare-hono-server.ts", import.meta.url).pathname;
const VIEWS = new URL("../data/views", import.meta.url).pathname;
const PAIRS = 11;

/** What each runtime should reach: of a start, against a bare Hono process; of commands, against an empty script. */
const TARGETS = {
  node: { start: 4, help: 1.5, hash: 1.85 },
  deno: { start: 7, help: 1.6, hash: 3 },
  bun: undefined,
} as const;

/** From the start of a process until it is ready, with 8 views; and the processor time of two commands. */
export async function benchStart(report: Report): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "mosaic-bench-"));
  try {
    const empty = join(directory, "empty.ts");
    await writeFile(empty, "export const nothing: undefined = undefined;\n");
    for (const runtime of RUNTIMES) {
      const targets = TARGETS[runtime.name];
      if (targets === undefined) continue;
      const add = async (
        name: string,
        target: number,
        ours: () => Promise<number>,
        bare: () => Promise<number>,
      ) =>
        report.add(`${runtime.name}_${name}`, await paired(PAIRS, ours, bare), { target, better: "lower" });
      await add(
        "start_vs_bare_hono",
        targets.start,
        () => readyMs(runtime, [MAIN, "serve"], "/readyz"),
        () => readyMs(runtime, [BARE], "/ready"),
      );
      const floor = () => commandCpu(runtime, [empty]);
      await add("help_cpu_vs_empty_script", targets.help, () => commandCpu(runtime, [MAIN, "help"]), floor);
      await add(
        "hash_cpu_vs_empty_script",
        targets.hash,
        () => commandCpu(runtime, [MAIN, "hash", VIEWS]),
        floor,
      );
    }
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function readyMs(runtime: Runtime, args: readonly string[], path: string): Promise<number> {
  const startedMs = performance.now();
  const started = await startListening(args, { PORT: "0", VIEWS_DIR: VIEWS, ADMIN_TOKEN: "bench" }, runtime);
  await untilServed(started, path, 5);
  const ready = performance.now() - startedMs;
  await started.stop();
  return ready;
}

/** The processor time of a process, from its start to its end. */
async function commandCpu(runtime: Runtime, args: readonly string[]): Promise<number> {
  const before = childrenCpu();
  await new Promise<void>((resolve, reject) => {
    const child = spawn(runtime.command, [...runtime.args, ...args], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
  return childrenCpu() - before;
}

/** What all ended children of this process have had of the processors, in seconds. */
function childrenCpu(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  // After the name in parentheses, which may contain spaces: user and system time of children are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

const TICKS_PER_SECOND = 100;
