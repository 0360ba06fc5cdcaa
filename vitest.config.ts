import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

/** These start the service on Node and on Deno themselves: once is enough, whichever runtime runs the suite. */
const WHOLE_SERVICE = ["test/service/**", "test/chaos/**"];

/** These count the timers that a process has left: other files would leave theirs in it. */
const ALONE = [
  "test/adapters/redis/broadcast-publish.test.ts",
  "test/adapters/redis/broadcast-rights.test.ts",
  "test/adapters/decorators/breaker-deadlines.test.ts",
];
const EXCLUDED =
  "Deno" in globalThis ? [...configDefaults.exclude, ...WHOLE_SERVICE] : configDefaults.exclude;

export default defineConfig({
  test: {
    globalSetup: ["test/support/ensure-servers.ts"],
    pool: "forks",
    // The default leaves a core free: on two it would be one file at a time. More than one a core, and replicas miss deadlines.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        // No module has a state of its own, so files can share a process: loading modules was a third of the time.
        test: {
          name: "shared",
          include: ["test/**/*.test.ts"],
          exclude: [...EXCLUDED, ...ALONE],
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: ALONE, isolate: true } },
    ],
  },
});
