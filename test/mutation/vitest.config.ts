import process from "node:process";
import { defineConfig } from "vitest/config";

/**
 * The tests that have to kill the mutants of one file. Stryker has an option for them too, but with it mutants of what is
 * made when a module is loaded, such as patterns, are never switched on and so survive.
 */
export default defineConfig({
  test: { include: (process.env.MUTATION_TESTS ?? "").split(" "), testTimeout: 30_000 },
});
