import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** A runtime that the service runs on, as a command line: `[command, ...args, script, ...scriptArgs]`. */
export interface Runtime {
  readonly name: "bun" | "deno" | "node";
  readonly command: string;
  readonly args: readonly string[];
}

const BIN = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));

/** The permissions that `deno.json` gives the service. */
const DENO_PERMISSIONS = ["--allow-net", "--allow-env", "--allow-read", "--allow-sys=hostname"];

/** Both runtimes, from the development dependencies, whichever of them runs the tests. */
export const RUNTIMES: readonly Runtime[] = [
  { name: "node", command: resolve(BIN, "node"), args: [] },
  { name: "deno", command: resolve(BIN, "deno"), args: ["run", ...DENO_PERMISSIONS] },
];

/** A third runtime, which the contract of the HTTP API and the installed package are tried on too. */
export const BUN: Runtime = { name: "bun", command: resolve(BIN, "bun"), args: [] };

/** The file that `npm start` and `npm run mosaic` run. */
export const MAIN = fileURLToPath(new URL("../../src/app/main.ts", import.meta.url));

/** Where Node keeps what it has compiled: hundreds of processes of one program are started. Deno has a place of its own. */
export const NODE_COMPILE_CACHE = fileURLToPath(
  new URL("../../node_modules/.cache/compiled", import.meta.url),
);
