import { defineConfig } from "vitest/config";
import { fastTests } from "./fast-tests.ts";

/** The tests that need no server, no browser and no other process. */
export default defineConfig({
  test: {
    include: [...(await fastTests())],
    setupFiles: ["test/fast/setup.ts"],
    pool: "threads",
    maxWorkers: 2,
    isolate: false,
    testTimeout: 30_000,
  },
});
