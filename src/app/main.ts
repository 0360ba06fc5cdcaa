#!/usr/bin/env node
// The first import: those after it trigger garbage collections.
import "./hold-tick-shape.ts";
import process from "node:process";
import type { ExitCode, Output } from "./cli/commands/command.ts";

// Deno and Bun have caches of their own.
if (!("Deno" in globalThis) && process.versions.bun === undefined) {
  const { enableCompileCache, limitYoungHeap } = await import("./tune-node.ts");
  enableCompileCache(process.env);
  limitYoungHeap();
}
// Imported after that, so that they are taken from the cache.
const { EXIT } = await import("./cli/commands/command.ts");
const { runCli } = await import("./cli/run-cli.ts");

/** The first signal requests a graceful stop, the second one forces it. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
    onShellEnd(resolve);
  });
}

const SHELL_CHECK_MS = 500;

/**
 * npm starts commands in a shell, which ends on a signal, and many shells do not forward it: the service
 * would keep running, and keep its port.
 */
function onShellEnd(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    stop();
  }, SHELL_CHECK_MS);
  timer.unref();
}

/** An output whose end can be waited for. */
interface DrainedOutput extends Output {
  /** Resolves when all output is written or given up: with the code of the failure, if any. */
  drained(): Promise<string | undefined>;
}

function output(stream: NodeJS.WriteStream): DrainedOutput {
  let failure: string | undefined;
  let broken = false;
  const onWritten = (error?: NodeJS.ErrnoException | null): void => {
    if (error != null) failure ??= error.code ?? error.name;
  };
  stream.on("error", onWritten);
  return {
    write(text) {
      try {
        if (!broken) stream.write(text, onWritten);
      } catch (error) {
        // Deno throws for bytes that do not fit into a file, and then never emits that anything was written.
        broken = true;
        onWritten(error as NodeJS.ErrnoException);
      }
    },
    terminal: stream.isTTY === true,
    giveUp() {
      broken = true;
    },
    drained: async () => {
      if (!broken) await new Promise<void>((resolve) => stream.write("", () => resolve()));
      return failure;
    },
  };
}

/** The exit code once all output is written: that of the command, unless its output was lost. */
async function endingOf(code: ExitCode, { stdout, stderr }: typeof io): Promise<ExitCode> {
  const failure = await stdout.drained();
  // The reader of the pipe has closed it on purpose, as `head` does.
  const lost = failure !== undefined && failure !== "EPIPE";
  if (lost) stderr.write(`mosaic: the output cannot be written (${failure})\n`);
  await stderr.drained();
  return lost && code === EXIT.ok ? EXIT.invalid : code;
}

/**
 * The time for leftovers that keep the process alive after its work, such as a client of Deno's server that never
 * ends its request.
 */
const LEFTOVERS_TIMEOUT_MS = 1000;

const io = { env: process.env, stdout: output(process.stdout), stderr: output(process.stderr), untilStopped };
const loadAdapters = async () => (await import("./command-adapters.ts")).COMMAND_ADAPTERS;
const code = await runCli(process.argv.slice(2), io, loadAdapters);
const exitCode = await endingOf(code, io);
process.exitCode = exitCode;
// Unreferenced, so that an otherwise idle process ends at once.
setTimeout(() => process.exit(exitCode), LEFTOVERS_TIMEOUT_MS).unref();
