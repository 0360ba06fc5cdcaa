/** One look at the memory of a process. */
export interface MemorySample {
  readonly atMs: number;
  readonly residentMib: number;
}

/** Where the memory of a process is going, once it has warmed up. */
export interface MemoryTrend {
  readonly slopeMibPerMinute: number;
  /** What the slope makes of the time that was looked at. */
  readonly growthMib: number;
  readonly meanMib: number;
}

/** Until then runtimes compile, and their heaps find their size. */
const WARM_UP_SHARE = 0.4;

/** The straight line through the samples after the warm-up, by least squares. */
export function memoryTrend(samples: readonly MemorySample[]): MemoryTrend {
  const counted = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const [first, last] = [counted[0], counted.at(-1)];
  if (first === undefined || last === undefined || counted.length < 3)
    throw new RangeError("A trend needs three samples after the warm-up");
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanMs = mean(counted.map(({ atMs }) => atMs));
  const meanMib = mean(counted.map(({ residentMib }) => residentMib));
  const shared = counted.map(({ atMs, residentMib }) => (atMs - meanMs) * (residentMib - meanMib));
  const spread = counted.map(({ atMs }) => (atMs - meanMs) ** 2);
  const slopePerMs = mean(shared) / mean(spread);
  return {
    slopeMibPerMinute: slopePerMs * 60_000,
    growthMib: slopePerMs * (last.atMs - first.atMs),
    meanMib,
  };
}
