/** One requirement of a port, in the form that test runners share: `test(name, run)`. */
export interface ConformanceTest {
  readonly name: string;
  /** Rejects if the adapter does not meet the requirement. */
  run(): Promise<void>;
}

interface ConformanceCase<Harness> {
  readonly name: string;
  run(harness: Harness): Promise<void>;
}

interface Closable {
  close(): Promise<void>;
}

/** Makes a test of each case; a test opens its own harness, and closes it at the end. */
export function createTests<Harness extends Closable>(
  cases: readonly ConformanceCase<Harness>[],
  open: () => Promise<Harness>,
): readonly ConformanceTest[] {
  return cases.map(({ name, run }) => ({
    name,
    async run() {
      const harness = await open();
      try {
        await run(harness);
      } finally {
        await harness.close();
      }
    },
  }));
}
