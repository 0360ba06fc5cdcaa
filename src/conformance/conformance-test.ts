/** One requirement of a port, in the form that test runners share: `test(name, run)`. */
export interface ConformanceTest {
  readonly name: string;
  /** Rejects when the adapter does not keep the promise. */
  run(): Promise<void>;
}

interface ConformanceCase<Harness> {
  readonly name: string;
  run(harness: Harness): Promise<void>;
}

interface Closable {
  close(): Promise<void>;
}

/** Gives each case a harness of its own, which is closed after every outcome. */
export function boundTests<Harness extends Closable>(
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
