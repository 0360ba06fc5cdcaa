/**
 * Makes `dist/`: what the npm package holds. `npm pack` runs it first; development and tests read `src/` as it is.
 *
 * Run it with `npm run build`.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");
const DIST = resolve(ROOT, "dist");
const EXECUTABLE = 0o755;

rmSync(DIST, { recursive: true, force: true });
execFileSync(resolve(ROOT, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], {
  cwd: ROOT,
  stdio: "inherit",
});
// Browsers get the console's files as they are written; what only compilers read of them stays here.
cpSync(resolve(ROOT, "src/app/console"), resolve(DIST, "app/console"), {
  recursive: true,
  filter: (path) => !/(?:\.d\.ts|tsconfig\.json|console\/lib)$/.test(path),
});
chmodSync(resolve(DIST, "app/main.js"), EXECUTABLE);
