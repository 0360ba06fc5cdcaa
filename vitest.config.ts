import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

/** These start the service on Node and on Deno themselves: once is enough, whichever runtime runs the suite. */
const WHOLE_SERVICE = ["test/service/**", "test/chaos/**"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: "Deno" in globalThis ? [...configDefaults.exclude, ...WHOLE_SERVICE] : configDefaults.exclude,
    globalSetup: ["test/support/ensure-servers.ts"],
    pool: "forks",
    // No module has a state of its own, so files can share a process: loading modules was a third of the time.
    isolate: false,
    // The default leaves a core free: on two it would be one file at a time. More than one a core, and replicas miss deadlines.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
