import { extname } from "node:path";
import process from "node:process";
import { isMainThread, Worker } from "node:worker_threads";
import { DatabaseError } from "../../ports/database-port.ts";
import type { SqliteAnswer, SqliteRequest, SqliteThreadData } from "./request.ts";

export interface SqliteThreadOptions extends SqliteThreadData {
  /** The time limit of a request, from its call on. */
  readonly timeoutMs: number;
}

/** SQLite in a thread of its own, so that it does not block the event loop. */
export interface SqliteThread {
  /** @throws {DatabaseError} */
  ask(request: SqliteRequest, signal: AbortSignal | undefined): Promise<Answered>;
  close(): Promise<void>;
}

type Answered = Exclude<SqliteAnswer, { readonly kind: "failed" }>;

/** The package's compiler rewrites the file names of imports only. */
const WORKER_FILE = `./worker${extname(import.meta.url)}`;

/** Maximum number of requests that wait behind the current one. */
const WAITING_MAX = 100;

interface Call {
  readonly request: SqliteRequest;
  readonly endsAtMs: number;
  /** Settles the caller's promise, once; later results are ignored. */
  readonly settle: (outcome: SqliteAnswer | DatabaseError) => void;
  readonly isSettled: () => boolean;
  /** Whether its deadline has passed, settled or not. */
  readonly isLate: () => boolean;
}

/**
 * Queries SQLite in a thread, one request at a time; the thread starts with the first request and does not
 * keep the process alive.
 *
 * SQLite cannot be interrupted, and a thread inside it cannot be terminated. On a timeout only the caller
 * gives up: until SQLite has finished, other requests fail at once, and no second thread is started, which
 * might hang like the first.
 */
export function createSqliteThread({ timeoutMs, ...data }: SqliteThreadOptions): SqliteThread {
  const waiting: Call[] = [];
  let running: Call | undefined;
  let releaseEnd = (): void => undefined;
  let worker: Worker | undefined;
  let closed = false;

  function begin(): Worker {
    const begun = new Worker(new URL(WORKER_FILE, import.meta.url), { workerData: data });
    const lost = (cause?: unknown): void => {
      if (worker !== begun) return;
      worker = undefined;
      finish(new DatabaseError("unavailable", "SQLite's thread ended", { cause }));
    };
    begun.on("message", (answer: SqliteAnswer) => finish(answer));
    begun.on("error", lost);
    begun.on("exit", lost);
    // `unref` after adding listeners, because they re-ref the worker.
    begun.unref();
    return begun;
  }

  function next(): void {
    while (running === undefined) {
      const call = waiting.shift();
      if (call === undefined) return;
      if (call.isSettled()) continue;
      running = call;
      releaseEnd = guardProcessEnd();
      try {
        worker ??= begin();
        worker.postMessage({ ...call.request, timeoutMs: call.endsAtMs - performance.now() });
      } catch (cause) {
        finish(new DatabaseError("unavailable", "SQLite's thread cannot start", { cause }));
      }
    }
  }

  function finish(outcome: SqliteAnswer | DatabaseError): void {
    releaseEnd();
    running?.settle(outcome);
    running = undefined;
    if (closed) void worker?.terminate();
    else next();
  }

  return {
    async ask(request, signal) {
      if (signal?.aborted) throw abortedError(signal);
      if (closed) throw closedError();
      if (running?.isLate()) {
        throw new DatabaseError("unavailable", "SQLite is still busy with a call that ran out of time");
      }
      if (waiting.length >= WAITING_MAX)
        throw new DatabaseError("unavailable", "too many calls wait for SQLite");
      const { call, answered } = makeCall(request, { timeoutMs, signal });
      waiting.push(call);
      next();
      return answered;
    },
    async close() {
      closed = true;
      for (const call of [...waiting.splice(0), ...(running === undefined ? [] : [running])])
        call.settle(closedError());
      // A thread inside SQLite is terminated once it answers: until then Node would wait for it.
      if (running === undefined) await worker?.terminate();
    },
  };
}

function makeCall(
  request: SqliteRequest,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
): { readonly call: Call; readonly answered: Promise<Answered> } {
  const { promise: answered, resolve, reject } = Promise.withResolvers<Answered>();
  let settled = false;
  const settle: Call["settle"] = (outcome) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    if (outcome instanceof DatabaseError) reject(outcome);
    else if (outcome.kind === "failed") {
      const { code, detail, said, cause } = outcome;
      reject(new DatabaseError(code, detail, { said, cause }));
    } else resolve(outcome);
  };
  const onAbort = (): void => settle(abortedError(signal));
  signal?.addEventListener("abort", onAbort, { once: true });
  const endsAtMs = performance.now() + timeoutMs;
  // A timer may fire a moment early: a caller that timed out must see the deadline as passed.
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    settle(new DatabaseError("timeout", `SQLite did not answer within ${timeoutMs} ms`));
  }, timeoutMs);
  const isLate = (): boolean => isOver || performance.now() >= endsAtMs;
  const call = { request, endsAtMs, settle, isSettled: () => settled, isLate };
  return { call, answered };
}

function closedError(): DatabaseError {
  return new DatabaseError("unavailable", "it is closed");
}

function abortedError(signal: AbortSignal | undefined): DatabaseError {
  return new DatabaseError("aborted", "aborted by the caller", { cause: signal?.reason });
}

/**
 * Lets the process end although a thread is in a native call.
 *
 * Node waits at exit for all threads, and for such a one perhaps for ever. As its last action the process
 * therefore replaces itself by another one, which ends with the same exit code. Deno waits for no thread.
 *
 * @returns a function that removes the guard, once the call has ended
 */
function guardProcessEnd(): () => void {
  if ("Deno" in globalThis || !isMainThread) return () => undefined;
  process.on("exit", becomeExit);
  return () => void process.off("exit", becomeExit);
}

function becomeExit(code: number): void {
  const { execPath, execve } = process;
  if (execve === undefined) process.kill(process.pid, "SIGKILL");
  else execve(execPath, [execPath, "-e", `process.exit(${code})`], { ...process.env, NODE_OPTIONS: "" });
}
