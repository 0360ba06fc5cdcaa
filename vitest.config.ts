import { availableParallelism } from "node:os";
import process from "node:process";
import { configDefaults, defineConfig } from "vitest/config";
import { NODE_COMPILE_CACHE } from "./test/support/runtimes.ts";
import { WaitingFilesApart } from "./test/support/waiting-files.ts";

// Threads that tests start, such as SQLite's, would strip the types of their modules each time: that was half of their start.
process.env.NODE_COMPILE_CACHE ??= NODE_COMPILE_CACHE;

/**
 * These start the service on Node and on Deno themselves, or only servers, or they read files of the repository: once is enough,
 * whichever runtime runs the suite.
 */
const ONCE = [
  ...["service", "chaos", "structure", "packages", "deploy", "mutation", "fast"].map(
    (folder) => `test/${folder}/**`,
  ),
  "test/support-tests/{browser,set-ups}.test.ts",
];

/** These count the timers that a process has left: other files would leave theirs in it. */
const ALONE = [
  "test/adapters/redis/broadcast-publish.test.ts",
  "test/adapters/redis/broadcast-rights.test.ts",
  "test/adapters/decorators/breaker-deadlines.test.ts",
];
/** Minutes of the processor: `npm run test:long`, which CI runs as well. */
const LONG = [
  "test/chaos/{restart-under-load,set-ups,short,soak}.test.ts",
  "test/explorer/explorer.test.ts",
  "test/readers/{other-documents,plain-form,pyyaml-documents}.test.ts",
  "test/support-tests/{browser,postgres-server}.test.ts",
];
const EXCLUDED = "Deno" in globalThis ? [...configDefaults.exclude, ...ONCE] : configDefaults.exclude;

export default defineConfig({
  test: {
    globalSetup: ["test/support/ensure-servers.ts"],
    pool: "forks",
    // A file that starts services waits for them most of the time: one more than there are cores keeps these busy.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: WaitingFilesApart },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A busy machine takes longer than the second that Vitest waits by default.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        // No module has a state of its own, so files can share a process: loading modules was a third of the time.
        test: {
          name: "shared",
          include: ["test/**/*.test.ts"],
          exclude: [...EXCLUDED, ...ALONE, ...LONG],
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: ALONE, isolate: true } },
      { extends: true, test: { name: "long", include: LONG, exclude: EXCLUDED, isolate: false } },
    ],
  },
});
