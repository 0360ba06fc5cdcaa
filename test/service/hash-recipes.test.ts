import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { startHostedService } from "../support/hosted-service.ts";
import { locateOnPath } from "../support/locate-server.ts";
import { runToEnd } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { createViewsDirectory } from "../support/views-directory.ts";

const RECIPES = join(import.meta.dirname, "../../docs/hash-recipes");
const SAMPLE = join(import.meta.dirname, "../../data/views");

/** Programs that hash what the service serves, and what each needs on the machine. */
const PROGRAMS: readonly {
  readonly file: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** What has to work besides the command. */
  readonly check?: readonly [string, ...string[]];
}[] = [
  { file: "hash.sh", command: "sh", check: ["curl", "--version"] },
  { file: "hash.py", command: "python3" },
  { file: "hash.rb", command: "ruby" },
  { file: "hash.pl", command: "perl" },
  { file: "hash.php", command: "php" },
  { file: "Hash.java", command: "java" },
  { file: "hash.go", command: "go", args: ["run"] },
  { file: "hash.mjs", command: "node" },
  { file: "hash-deno.mjs", command: "deno", args: ["run", "--allow-net"] },
  { file: "hash.R", command: "Rscript", check: ["Rscript", "-e", "library(jsonlite)"] },
  { file: "hash.lua", command: "lua5.4", check: ["curl", "--version"] },
];

/** What makes serialisers disagree: floats, long integers, characters, keys in the order of code points. */
const NASTY = `
columns: [a]
identifiers: [a]
floats: [-0.0, 1.0e+22, 5.0e-324, 1.0e-05, 1.0, 1.5e+300]
integer: 123456789012345678901234567890
text: "\\0 \\u2028 \\u0085 \\u007f </script> \\" \\\\ é \\U0001F600"
"\\ufffd": 1
"\\U0001F600": 2
`;

const missing: string[] = [];

afterAll(() => {
  if (missing.length > 0)
    process.stderr.write(`hash recipes: not installed, so not run: ${missing.join(", ")}\n`);
});

async function isAtHand({ command, check }: (typeof PROGRAMS)[number]): Promise<boolean> {
  if ((await locateOnPath(command, process.env)) === undefined) return false;
  if (check === undefined) return true;
  const [program, ...args] = check;
  if ((await locateOnPath(program, process.env)) === undefined) return false;
  return (await runToEnd(program, { args, directory: RECIPES })).exitCode === 0;
}

describe("docs/hash-recipes", () => {
  test.each(["the sample", "a catalog of what serialisers differ on"])(
    "each recipe gives the hash of %s",
    { timeout: 300_000 },
    async (catalog) => {
      await using directory = await createViewsDirectory({ "view_b.yaml": NASTY, "sub/a.yml": NASTY });
      const viewsDirectory = catalog === "the sample" ? SAMPLE : directory.path;
      const [runtime] = RUNTIMES;
      if (runtime === undefined) throw new Error("there is no runtime");
      await using service = await startHostedService({ runtime, env: { VIEWS_DIR: viewsDirectory } });
      await service.waitForLog((line) => line.views_hash !== undefined);
      const { hash } = (await (await fetch(`${service.url}/views`)).json()) as { readonly hash: string };
      for (const program of PROGRAMS) {
        const { file, command, args = [] } = program;
        if (!(await isAtHand(program))) {
          if (!missing.includes(command)) missing.push(command);
          continue;
        }
        const run = await runToEnd(command, {
          args: [...args, join(RECIPES, file), service.url],
          directory: directory.path,
        });
        expect({ file, ...run, stderr: "" }).toEqual({ file, exitCode: 0, stdout: `${hash}\n`, stderr: "" });
      }
    },
  );
});
