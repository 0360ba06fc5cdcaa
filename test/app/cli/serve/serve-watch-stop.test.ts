import { expect, test } from "vitest";
import { runCli } from "../../../../src/app/cli/run-cli.ts";
import { COMMAND_ADAPTERS } from "../../../../src/app/command-adapters.ts";
import type { RunningService } from "../../../../src/app/lifecycle/service.ts";

test("mosaic serve --watch stops the service while a reload runs, and does not print its result", async () => {
  const [signal, reloading, ended] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<Awaited<ReturnType<RunningService["reload"]>>>(),
  ];
  const service: RunningService = {
    url: "http://127.0.0.1:1",
    loaded: Promise.resolve(),
    reload() {
      reloading.resolve();
      return ended.promise;
    },
    // As the stop of a service does, it ends the reload.
    stop: async () =>
      ended.resolve({ kind: "unreadable", reason: "source-aborted", detail: "aborted" } as never),
  };
  const printed: string[] = [];
  const output = { terminal: false, write: (text: string) => void printed.push(text) };
  const io = {
    env: { PORT: "0" },
    stdout: output,
    stderr: output,
    untilStopped: () => signal.promise,
  };
  const exit = runCli(["serve", "--watch"], io, async () => ({
    ...COMMAND_ADAPTERS,
    startService: async () => service,
  }));
  await reloading.promise;
  signal.resolve();
  expect(await exit).toBe(0);
  expect(printed.join("")).not.toContain("aborted");
});
