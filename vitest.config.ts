import { configDefaults, defineConfig } from "vitest/config";

/** These start the service on Node and on Deno themselves: once is enough, whichever runtime runs the suite. */
const WHOLE_SERVICE = ["test/service/**", "test/chaos/**"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: "Deno" in globalThis ? [...configDefaults.exclude, ...WHOLE_SERVICE] : configDefaults.exclude,
    globalSetup: ["test/support/ensure-servers.ts"],
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
