import fc from "fast-check";

/** One kind of input from outside, and what must hold whatever it is. */
export interface FuzzTarget {
  readonly name: string;
  /** Starts what the inputs are given to; most need nothing. */
  open(): Promise<OpenTarget>;
}

/** A target that takes inputs. */
export interface OpenTarget extends AsyncDisposable {
  /** The input of a seed, always the same one. */
  draw(seed: number): unknown;
  /** Throws, or rejects, when something was done that must never be done. */
  check(input: unknown): Promise<void> | void;
  /** What to say of the run as a whole, such as how many inputs were valid. */
  summary(): string;
}

/** What a target is made of: its inputs, and the check that says in a word what became of one. */
export interface PureTarget<Input> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  readonly check: (input: Input) => string;
}

/** Makes a target of a check that needs nothing but its input; counts what became of the inputs. */
export function pureTarget<Input>({ name, inputs, check }: PureTarget<Input>): FuzzTarget {
  return {
    name,
    async open() {
      const outcomes = new Map<string, number>();
      return {
        draw: (seed) => drawInput(inputs, seed),
        check(input) {
          const outcome = check(input as Input);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        },
        summary: () => summaryOf(outcomes),
        async [Symbol.asyncDispose]() {},
      };
    },
  };
}

/** One value of an arbitrary: each input has a seed of its own, so that it can be had again without those before it. */
export function drawInput<Input>(inputs: fc.Arbitrary<Input>, seed: number): Input {
  return fc.sample(inputs, { seed: mixed(seed), numRuns: 1 })[0] as Input;
}

/** Seeds in a row would draw the first choices in a row too. */
function mixed(seed: number): number {
  const first = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
  const second = Math.imul(first ^ (first >>> 15), 0x735a2d97);
  return second ^ (second >>> 15);
}

export function summaryOf(outcomes: ReadonlyMap<string, number>): string {
  const sorted = [...outcomes].sort(([, left], [, right]) => right - left);
  return sorted.map(([outcome, count]) => `${count} ${outcome}`).join(", ");
}

/** Throws unless something holds that must hold for every input. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`It does not hold that ${what}`);
}
