import process from "node:process";
import { fingerprintFolder } from "../adapters/catalog-source/fingerprint-folder.ts";
import { readSource } from "../adapters/catalog-source/read-source.ts";
import { storeManifest } from "../adapters/catalog-source/store-manifest.ts";
import { createFilesystemKeyring } from "../adapters/keyring/filesystem-keyring.ts";
import type { Output } from "./cli/command.ts";
import { runCli } from "./cli/run-cli.ts";
import { connectDatabase, openSharedCache, openSource, startService } from "./compose.ts";

/** The first signal asks to stop, the second one insists. */
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
  });
}

function output(stream: NodeJS.WriteStream): Output {
  // Whoever read it has seen enough, as `head` has.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return { write: (text) => void stream.write(text), terminal: stream.isTTY === true };
}

/** What may still hold the process when its work is done, such as a client of Deno's server that never ends its request. */
const LEFTOVERS_TIMEOUT_MS = 1000;

const io = { env: process.env, stdout: output(process.stdout), stderr: output(process.stderr), untilStopped };
const exitCode = await runCli(process.argv.slice(2), io, {
  connectDatabase,
  fingerprint: fingerprintFolder,
  openSharedCache,
  openKeyring: createFilesystemKeyring,
  openSource,
  readSource,
  startService,
  storeManifest,
  nowMs: Date.now,
});
process.exitCode = exitCode;
// Unreferenced, so that a process which nothing holds ends at once, with all its output written.
setTimeout(() => process.exit(exitCode), LEFTOVERS_TIMEOUT_MS).unref();
