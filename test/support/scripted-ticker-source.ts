import {
  DatabaseError,
  type DatabaseErrorCode,
  type TickerSourcePort,
} from "../../src/ports/database-port.ts";

/** A source of tickers that answers as it is told, and counts what it is asked. */
export interface ScriptedTickerSource extends TickerSourcePort {
  queries(): number;
  /** The signal of each query. */
  readonly signals: readonly (AbortSignal | undefined)[];
  /** From now on: these rows, or this failure. */
  answer(answer: readonly unknown[] | Error): void;
  /** The next query gets its answer, as it was when it asked, only when it is let go. */
  hold(): HeldQuery;
}

export interface HeldQuery {
  /** Resolves when the query has arrived. */
  readonly asked: Promise<void>;
  release(): void;
}

export function createScriptedTickerSource(first: readonly unknown[] | Error): ScriptedTickerSource {
  let current = first;
  let next: { readonly gate: Promise<void>; readonly arrived: () => void } | undefined;
  const signals: (AbortSignal | undefined)[] = [];
  return {
    signals,
    queries: () => signals.length,
    answer(answer) {
      current = answer;
    },
    hold() {
      const gate = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      next = { gate: gate.promise, arrived: asked.resolve };
      return { asked: asked.promise, release: gate.resolve };
    },
    async load(options) {
      signals.push(options?.signal);
      const answer = current;
      const held = next;
      next = undefined;
      held?.arrived();
      await held?.gate;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

export function databaseFailure(code: DatabaseErrorCode = "unavailable"): DatabaseError {
  return new DatabaseError(code, "it is down");
}
