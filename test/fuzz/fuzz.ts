import { spawnSync } from "node:child_process";
import process from "node:process";
import { parseArgs } from "node:util";
import { RUNTIMES } from "../support/runtimes.ts";
import { FUZZ_TARGETS } from "./fuzz-targets.ts";
import { judgeRun } from "./judge-run.ts";
import { type WatchedRun, watchTarget } from "./watch-target.ts";

/** Gives each target as many inputs as `--count` says; prints what they took, and fails if one did harm. */
const { values } = parseArgs({
  options: {
    target: { type: "string", default: "" },
    count: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    runtime: { type: "string", default: "node" },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const isHere = ("Deno" in globalThis ? "deno" : "node") === values.runtime;

if (isHere) await runHere();
else process.exitCode = runThere();

async function runHere(): Promise<void> {
  const [count, seed] = [Number(values.count), Number(values.seed)];
  const targets = FUZZ_TARGETS.filter(({ name }) => name.includes(values.target));
  let problems = targets.length === 0 ? 1 : 0;
  for (const { name } of targets) {
    const startedMs = performance.now();
    const run = await watchTarget({ name, count, seed });
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const found = judgeRun(run);
    problems += found.length;
    print(
      `${found.length === 0 ? "ok    " : "FAILED"} ${name}: ${count} inputs from seed ${seed} in ${seconds} s`,
    );
    for (const line of [...found, ...figuresOf(run)]) print(`       ${line}`);
  }
  print(problems === 0 ? "as it should be" : "not as it should be: --seed and --count 1 give an input again");
  process.exitCode = problems === 0 ? 0 : 1;
}

function figuresOf(run: WatchedRun): readonly string[] {
  if (run.kind !== "ended") return [];
  const { slowest, heapMegabytes, summary } = run.figures;
  const [early, late] = heapMegabytes.map(Math.round);
  return [
    `slowest ${slowest.ms.toFixed(1)} ms (seed ${slowest.seed}), heap ${early}, then ${late} MB`,
    summary,
  ];
}

/** The same on another runtime, with a collection of garbage that can be asked for. */
function runThere(): number {
  const runtime = RUNTIMES.find(({ name }) => name === values.runtime);
  if (runtime === undefined) throw new RangeError("--runtime takes node or deno");
  const flags = runtime.name === "deno" ? ["run", "-A", "--v8-flags=--expose-gc"] : ["--expose-gc"];
  const { status } = spawnSync(runtime.command, [...flags, import.meta.filename, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  return status ?? 1;
}
