import process from "node:process";
import type { Output } from "./cli/command.ts";
import { runCli } from "./cli/run-cli.ts";

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
  return { write: (text) => void stream.write(text), terminal: stream.isTTY === true };
}

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  untilStopped,
});
