// Runs commands of `mosaic` one after the other in one process: a line of JSON in for each, a line of JSON out.
import process from "node:process";
import { createInterface } from "node:readline";
import { runCli } from "../../src/app/cli/run-cli.ts";
import { COMMAND_ADAPTERS } from "../../src/app/command-adapters.ts";
import type { CommandRequest } from "./run-main.ts";

function captured() {
  let text = "";
  return {
    terminal: false,
    write(part: string) {
      text += part;
    },
    text: () => text,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { args, directory, env } = JSON.parse(line) as CommandRequest;
  process.chdir(directory);
  const [stdout, stderr] = [captured(), captured()];
  const io = { env, stdout, stderr, untilStopped: () => Promise.withResolvers<void>().promise };
  // What a process would print before it ends by itself.
  const exitCode = await runCli(args, io, async () => COMMAND_ADAPTERS).catch((error: unknown) => {
    stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  });
  process.stdout.write(`${JSON.stringify({ exitCode, stdout: stdout.text(), stderr: stderr.text() })}\n`);
}
// What a command left open must not keep the host alive: nobody would end it.
process.exit();
