import { extname } from "node:path";
import process from "node:process";
import { isMainThread, Worker } from "node:worker_threads";
import { DatabaseError } from "../../ports/database-port.ts";
import { createAbortedError } from "../sql/ticker-rows.ts";
import {
  type SqliteAnswer,
  type SqliteRequest,
  type SqliteResults,
  type SqliteThreadData,
  toDatabaseError,
} from "./request.ts";

export interface SqliteThreadOptions extends SqliteThreadData {
  /** The time limit of a request, including its wait in the queue. */
  readonly timeoutMs: number;
}

/** A separate thread for SQLite, so that SQLite does not block the event loop. */
export interface SqliteThread {
  /** @throws {DatabaseError} */
  send<Kind extends SqliteRequest["kind"]>(
    request: SqliteRequest & { readonly kind: Kind },
    signal: AbortSignal | undefined,
  ): Promise<SqliteResults[Kind]>;
  close(): Promise<void>;
}

/**
 * The extension is taken from this file, `.ts` or `.js`, because the package's compiler rewrites extensions only in
 * imports.
 */
const WORKER_FILE = `./worker${extname(import.meta.url)}`;

const WAITING_CALLS_MAX = 100;

interface SqliteCall {
  readonly request: SqliteRequest;
  readonly endsAtMs: number;
  /** Settles the caller's promise; only the first call has an effect. */
  readonly settle: (outcome: SqliteAnswer | DatabaseError) => void;
  readonly isSettled: () => boolean;
  /** Whether the deadline has passed; the call may be settled already. */
  readonly isLate: () => boolean;
}

/**
 * Queries SQLite in a thread, one request at a time; the thread starts with the first request and does not keep the
 * process alive.
 *
 * A statement of SQLite cannot be interrupted from outside, and its thread cannot be terminated while the
 * statement runs. After a timeout the caller gets an error, and new requests fail at once until the statement
 * has ended. There is no second thread, because it might hang in the same way.
 */
export function createSqliteThread({ timeoutMs, ...data }: SqliteThreadOptions): SqliteThread {
  const waiting: SqliteCall[] = [];
  let running: SqliteCall | undefined;
  let removeExitGuard = (): void => undefined;
  let worker: Worker | undefined;
  let isClosed = false;

  function startWorker(): Worker {
    const started = new Worker(new URL(WORKER_FILE, import.meta.url), { workerData: data });
    const handleEnd = (cause?: unknown): void => {
      if (worker !== started) return;
      worker = undefined;
      finish(createUnavailableError("SQLite's thread ended", "a thread do SQLite terminou", { cause }));
    };
    started.on("message", (answer: SqliteAnswer) => finish(answer));
    started.on("error", handleEnd);
    started.on("exit", handleEnd);
    // Each new listener references the worker again, so `unref` is called last.
    started.unref();
    return started;
  }

  function startNext(): void {
    while (running === undefined) {
      const call = waiting.shift();
      if (call === undefined) return;
      if (call.isSettled()) continue;
      running = call;
      removeExitGuard = allowExitWhileBusy();
      try {
        worker ??= startWorker();
        worker.postMessage({ ...call.request, timeoutMs: call.endsAtMs - performance.now() });
      } catch (cause) {
        finish(
          createUnavailableError("SQLite's thread cannot start", "a thread do SQLite não pode iniciar", {
            cause,
          }),
        );
      }
    }
  }

  function finish(outcome: SqliteAnswer | DatabaseError): void {
    removeExitGuard();
    running?.settle(outcome);
    running = undefined;
    if (isClosed) void worker?.terminate();
    else startNext();
  }

  return {
    async send<Kind extends SqliteRequest["kind"]>(
      request: SqliteRequest & { readonly kind: Kind },
      signal: AbortSignal | undefined,
    ) {
      if (signal?.aborted) throw createAbortedError(signal);
      if (isClosed) throw createClosedError();
      if (running?.isLate()) {
        throw createUnavailableError(
          "SQLite is still busy with a call that timed out",
          "o SQLite ainda está ocupado com uma chamada que passou do tempo",
        );
      }
      if (waiting.length >= WAITING_CALLS_MAX)
        throw createUnavailableError("too many calls wait for SQLite", "chamadas demais esperam pelo SQLite");
      const { call, answered } = createCall(request, { timeoutMs, signal });
      waiting.push(call);
      startNext();
      // The thread answers with the result of the request's kind.
      return answered as Promise<SqliteResults[Kind]>;
    },
    async close() {
      isClosed = true;
      for (const call of [...waiting.splice(0), ...(running === undefined ? [] : [running])])
        call.settle(createClosedError());
      // A thread cannot be terminated while it runs a statement: `finish` terminates the thread after the answer.
      if (running === undefined) await worker?.terminate();
    },
  };
}

function createCall(
  request: SqliteRequest,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
): { readonly call: SqliteCall; readonly answered: Promise<unknown> } {
  const { promise: answered, resolve, reject } = Promise.withResolvers<unknown>();
  let isSettled = false;
  const settle: SqliteCall["settle"] = (outcome) => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    if (outcome instanceof DatabaseError) reject(outcome);
    else if (outcome.kind === "failed") reject(toDatabaseError(outcome));
    else resolve(outcome.result);
  };
  const onAbort = (): void => settle(createAbortedError(signal));
  signal?.addEventListener("abort", onAbort, { once: true });
  const endsAtMs = performance.now() + timeoutMs;
  // After the timeout `isLate` must be true, although the timer may fire shortly before `endsAtMs`.
  let hasTimedOut = false;
  const timer = setTimeout(() => {
    hasTimedOut = true;
    settle(
      new DatabaseError("timeout", {
        en: `SQLite did not answer within ${timeoutMs} ms`,
        pt: `o SQLite não respondeu em ${timeoutMs} ms`,
      }),
    );
  }, timeoutMs);
  const isLate = (): boolean => hasTimedOut || performance.now() >= endsAtMs;
  const call = { request, endsAtMs, settle, isSettled: () => isSettled, isLate };
  return { call, answered };
}

function createUnavailableError(en: string, pt: string, options?: ErrorOptions): DatabaseError {
  return new DatabaseError("unavailable", { en, pt }, options);
}

function createClosedError(): DatabaseError {
  return new DatabaseError("unavailable", { en: "the database is closed", pt: "o banco está fechado" });
}

/**
 * Lets the process end while the thread runs a statement.
 *
 * Node waits for all threads at its exit, and a statement may never end. So the last action of the process is
 * to replace itself by a process that ends with the same exit code; if the runtime cannot do that, the
 * process kills itself. Deno does not wait for threads.
 *
 * @returns a function that removes the guard; to be called when the statement has ended
 */
function allowExitWhileBusy(): () => void {
  if ("Deno" in globalThis || !isMainThread) return () => undefined;
  process.on("exit", replaceProcess);
  return () => void process.off("exit", replaceProcess);
}

function replaceProcess(code: number): void {
  const { execPath, execve } = process;
  if (execve === undefined) process.kill(process.pid, "SIGKILL");
  else execve(execPath, [execPath, "-e", `process.exit(${code})`], { ...process.env, NODE_OPTIONS: "" });
}
