import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { CATALOG_BYTES_MAX } from "../../src/domain/catalog/catalog.ts";
import { runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { createViewsDirectory } from "../support/views-directory.ts";

const GUIDE = readFileSync(resolve(import.meta.dirname, "../../docs/authoring.md"), "utf8");
const [BROKEN = "", RIGHT = ""] = [...GUIDE.matchAll(/<<'END'\n(.*?)END\n/gs)].map(([, text]) => text ?? "");
const FENCES = [...GUIDE.matchAll(/^```([a-z]*)\n(.*?)^```$/gms)];
const [PRINTED = "", CHANGES = ""] = FENCES.flatMap(([, language, text]) => (language === "" ? [text] : []));
const PORTUGUESE = readFileSync(resolve(import.meta.dirname, "../../docs/authoring.pt.md"), "utf8");
const FILE = "view_market_rates.yaml";

/** The commands of a guide. */
function commandsOf(guide: string): readonly string[] {
  return [...guide.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = ""]) => text);
}

test("docs/authoring.pt.md has the commands of docs/authoring.md, with messages in Portuguese", () => {
  const commands = commandsOf(PORTUGUESE).map((text) => text.replaceAll("validate --lang pt", "validate"));
  expect(commands).toEqual(commandsOf(GUIDE));
});

test.each([
  { guide: GUIDE, said: /some ([\d,]+) views like the samples/ },
  { guide: PORTUGUESE, said: /umas ([\d.]+) views como as do exemplo/ },
])("$said of the guide is how many views like the samples a catalog may have", ({ guide, said }) => {
  const folder = resolve(import.meta.dirname, "../../data/views");
  const sizes = readdirSync(folder).map((name) => statSync(resolve(folder, name)).size);
  const average = sizes.reduce((total, size) => total + size, 0) / sizes.length;
  const views = Number(guide.match(said)?.[1]?.replace(/\D/g, ""));
  expect(views * average).toBeLessThan(CATALOG_BYTES_MAX);
  expect(views * average).toBeGreaterThan(0.9 * CATALOG_BYTES_MAX);
});

describe.each(RUNTIMES)("docs/authoring.md on $name", (runtime) => {
  test("docs/authoring.md shows what its commands print", async () => {
    await using views = await createViewsDirectory({ [FILE]: BROKEN });
    const directory = dirname(views.path);
    const mosaic = (...args: readonly string[]) => runMain(runtime, { args, directory });
    const broken = await mosaic("validate", "views");
    expect([broken.exitCode, broken.stdout + broken.stderr]).toEqual([1, PRINTED]);
    const inPortuguese = await mosaic("validate", "--lang", "pt", "views");
    expect(PORTUGUESE).toContain(`\`\`\`\n${inPortuguese.stdout}${inPortuguese.stderr}\`\`\``);

    const quoted = BROKEN.replace(/^description: (.*)$/m, 'description: "$1"');
    await views.replace({ [FILE]: quoted });
    const { exitCode, stdout } = await mosaic("validate", "views");
    expect([exitCode, stdout.match(/: error: "ask\/(?:keywords|top_k)" must be /g)?.length]).toEqual([1, 2]);

    const mended = RIGHT.replace("default_date_field: rate_date", "default_date_field: date");
    await views.replace({ [FILE]: mended });
    const warned = await mosaic("validate", "views");
    expect([warned.exitCode, warned.stdout]).toEqual([
      0,
      expect.stringContaining(' names "date", which is not a column'),
    ]);

    await views.replace({ [FILE]: RIGHT });
    expect(await mosaic("validate", "--strict", "views")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "views: 1 view valid\n",
    });
    await views.replace({ [`live/${FILE}`]: RIGHT, [`next/${FILE}`]: RIGHT.replace("top_k: 5", "top_k: 8") });
    expect(await mosaic("diff", "views/live", "views/next")).toEqual({
      exitCode: 1,
      stdout: CHANGES,
      stderr: "",
    });
  });
});
