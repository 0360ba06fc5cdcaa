import process from "node:process";
import type { FuzzTarget, OpenTarget } from "./fuzz-target.ts";

export interface FuzzOptions {
  readonly count: number;
  /** Of the first input; each next one has the next seed. */
  readonly seed: number;
  /** Called before an input is given to the target; the slowest ones come again in the end. */
  readonly onInput?: (seed: number) => void;
}

export interface FuzzFailure {
  readonly seed: number;
  readonly message: string;
}

export interface SlowInput {
  readonly seed: number;
  readonly ms: number;
}

export interface FuzzFigures {
  readonly failures: readonly FuzzFailure[];
  readonly slowest: SlowInput;
  /** After a collection of garbage, after a tenth of the inputs and after all of them; NaN where none can be asked for. */
  readonly heapMegabytes: readonly [early: number, late: number];
  readonly summary: string;
}

const FAILURES_MAX = 10;
const SLOWEST_KEPT = 5;

/** Gives a target its inputs, one after the other, and stops after some failures. */
export async function runTarget(
  target: FuzzTarget,
  { count, seed, onInput }: FuzzOptions,
): Promise<FuzzFigures> {
  const failures: FuzzFailure[] = [];
  let slowest: readonly SlowInput[] = [];
  let early = Number.NaN;
  const opened = await target.open();
  await using _closed = opened;
  const pristine = prototypes();
  for (let index = 0; index < count && failures.length < FAILURES_MAX; index++) {
    const own = seed + index;
    const input = opened.draw(own);
    onInput?.(own);
    const startedMs = processorMs();
    const message = await problemWith(opened, input);
    const ms = processorMs() - startedMs;
    if (ms > (slowest[SLOWEST_KEPT - 1]?.ms ?? 0)) slowest = slowestOf([...slowest, { seed: own, ms }]);
    if (message !== undefined) failures.push({ seed: own, message });
    if (prototypes() !== pristine) throw new Error(`The input of seed ${own} has changed a prototype`);
    if (index === Math.floor(count / 10)) early = heapMegabytes();
  }
  const again: SlowInput[] = [];
  for (const input of slowest) again.push(await fastestOf(opened, input, onInput));
  const [first = { seed, ms: 0 }] = slowestOf(again);
  return { failures, slowest: first, heapMegabytes: [early, heapMegabytes()], summary: opened.summary() };
}

async function problemWith(opened: OpenTarget, input: unknown): Promise<string | undefined> {
  try {
    // Most are checked at once; to wait for nothing would take longer than the check.
    const pending = opened.check(input);
    if (pending !== undefined) await pending;
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function slowestOf(inputs: readonly SlowInput[]): readonly SlowInput[] {
  return inputs.toSorted((left, right) => right.ms - left.ms).slice(0, SLOWEST_KEPT);
}

/** A slow input may have been slow for no reason of its own, such as a collection of garbage. */
async function fastestOf(
  opened: OpenTarget,
  { seed, ms }: SlowInput,
  onInput: FuzzOptions["onInput"],
): Promise<SlowInput> {
  let fastestMs = ms;
  for (let attempt = 0; attempt < 3; attempt++) {
    const input = opened.draw(seed);
    onInput?.(seed);
    const startedMs = processorMs();
    await problemWith(opened, input);
    fastestMs = Math.min(fastestMs, processorMs() - startedMs);
  }
  return { seed, ms: fastestMs };
}

/** What this process has computed for: others use the machine too, and waiting for them is nobody's fault. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function prototypes(): number {
  const all = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype];
  return all.reduce<number>((total, prototype) => total + Reflect.ownKeys(prototype).length, 0);
}

function heapMegabytes(): number {
  const { gc } = globalThis as { readonly gc?: () => void };
  if (gc === undefined) return Number.NaN;
  gc();
  return process.memoryUsage().heapUsed / 1e6;
}
