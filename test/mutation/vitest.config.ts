import { defineConfig } from "vitest/config";

/** Among these are the tests that have to kill every mutant; none of them waits for a server. */
export default defineConfig({
  test: {
    include: ["test/domain/**/*.test.ts", "test/app/signing/*.test.ts", "test/app/attempt-limit.test.ts"],
    testTimeout: 30_000,
  },
});
