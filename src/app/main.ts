#!/usr/bin/env node
// Must be the first import: loading the others triggers garbage collections.
import "./hold-tick-shape.ts";
import process from "node:process";
import type { ExitCode, Output } from "./cli/commands/command.ts";

// Deno and Bun have caches of their own.
if (!("Deno" in globalThis) && process.versions.bun === undefined) {
  const { enableCompileCache, limitYoungHeap } = await import("./tune-node.ts");
  enableCompileCache(process.env);
  limitYoungHeap();
}
// Imported after the cache is enabled, so that their compiled code comes from the cache.
const { EXIT_CODES: EXIT } = await import("./cli/commands/command.ts");
const { runCli } = await import("./cli/run-cli.ts");

/** The first signal requests a graceful stop, the second one forces it. */
function waitUntilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const onSignal = (): void => {
      if (isStopping) process.exit(1);
      isStopping = true;
      resolve();
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
    stopWhenShellEnds(resolve);
  });
}

const SHELL_CHECK_MS = 500;

/**
 * Stops the service when the shell in which npm runs it has ended. A signal ends that shell, but many shells
 * do not forward the signal: the service would keep running and keep its port.
 */
function stopWhenShellEnds(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    stop();
  }, SHELL_CHECK_MS);
  timer.unref();
}

interface DrainedOutput extends Output {
  /** Resolves when all output is written or given up, with the error code if writing failed. */
  waitForDrain(): Promise<string | undefined>;
}

function createDrainedOutput(stream: NodeJS.WriteStream): DrainedOutput {
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
        // Deno throws when the disk is full, and never calls back for a later write.
        broken = true;
        onWritten(error as NodeJS.ErrnoException);
      }
    },
    terminal: stream.isTTY === true,
    dropBuffered() {
      broken = true;
    },
    waitForDrain: async () => {
      if (!broken) await new Promise<void>((resolve) => stream.write("", () => resolve()));
      return failure;
    },
  };
}

/**
 * Waits until all output is written. Returns the exit code of the command; if it succeeded but output was
 * lost, that of a failure.
 */
async function flushOutputs(code: ExitCode, { stdout, stderr }: typeof processIo): Promise<ExitCode> {
  const failure = await stdout.waitForDrain();
  // `EPIPE`: the reader closed the pipe on purpose, as `head` does.
  const lost = failure !== undefined && failure !== "EPIPE";
  if (lost) stderr.write(`mosaic: the output cannot be written (${failure})\n`);
  await stderr.waitForDrain();
  return lost && code === EXIT.ok ? EXIT.invalid : code;
}

/**
 * How long open handles may delay the end of the process, such as a client of Deno's server that never ends
 * its request.
 */
const FLUSH_WAIT_MS_MAX = 1000;

const processIo = {
  env: process.env,
  stdout: createDrainedOutput(process.stdout),
  stderr: createDrainedOutput(process.stderr),
  untilStopped: waitUntilStopped,
};
const loadAdapters = async () => (await import("./command-adapters.ts")).COMMAND_ADAPTERS;
const commandExitCode = await runCli(process.argv.slice(2), processIo, loadAdapters);
const exitCode = await flushOutputs(commandExitCode, processIo);
process.exitCode = exitCode;
// The timer is unreferenced, so that a process without open handles ends at once.
setTimeout(() => process.exit(exitCode), FLUSH_WAIT_MS_MAX).unref();
