import { defineConfig } from "vitest/config";

/** The tests that have to kill every mutant: those of the domain and of what checks signatures and tokens, and no server. */
export default defineConfig({
  test: {
    include: [
      "test/domain/**/*.test.ts",
      "test/app/signing/*.test.ts",
      "test/app/attempt-limit.test.ts",
      "test/app/token-check.test.ts",
    ],
    testTimeout: 30_000,
  },
});
