/** One requirement of a port, in the form that test runners share: `test(name, run)`. */
export interface ConformanceTest {
  readonly name: string;
  /** Rejects if the adapter does not meet the requirement. */
  run(): Promise<void>;
}

/** One requirement of a port, checked on an open adapter. */
export interface ConformanceCase<Harness> {
  readonly name: string;
  /** Rejects, or never settles, if the adapter does not meet the requirement. */
  run(harness: Harness): Promise<void>;
}

/** An adapter with one fault, and a case of the suite that must find it. */
export interface BrokenAdapter<Break> {
  readonly name: string;
  readonly caughtBy: string;
  /** Adds the fault to a working adapter. */
  readonly breakIt: Break;
}

/**
 * Replaces operations of an adapter. The adapter may be an instance of a class: its operations are then on
 * its prototype, and need `this`.
 */
export function replaceOperations<Port extends object>(port: Port, operations: Partial<Port>): Port {
  const kept = new Map<PropertyKey, unknown>();
  for (
    let owner: unknown = port;
    owner !== Object.prototype && owner !== null;
    owner = Object.getPrototypeOf(owner)
  )
    for (const name of Reflect.ownKeys(owner as object)) {
      const value: unknown = Reflect.get(port, name);
      if (!kept.has(name)) kept.set(name, typeof value === "function" ? value.bind(port) : value);
    }
  return { ...(Object.fromEntries(kept) as Port), ...operations };
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
