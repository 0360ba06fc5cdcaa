import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runProgram } from "../support/run-program.ts";
import { RUNTIMES } from "../support/runtimes.ts";

const PROGRAM = fileURLToPath(new URL("replace-catalogs.ts", import.meta.url));

test.each(RUNTIMES)("a service on $name frees the catalogs that reloads have replaced", async (runtime) => {
  const { name, command, args } = runtime;
  const flags = name === "deno" ? ["--v8-flags=--expose-gc"] : ["--expose-gc"];
  const { stdout, stderr } = await runProgram(command, [...args, ...flags, PROGRAM]);
  expect({ stderr, ...JSON.parse(stdout) }).toEqual({ stderr: "", replaced: 5, kept: 0 });
});
