import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createGuardedDirectory } from "../support/guarded-directory.ts";
import { startHostedService } from "../support/hosted-service.ts";
import { runMain, runToEnd } from "../support/run-main.ts";
import { MAIN, RUNTIMES } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";
import { ADMIN_TOKEN } from "../support/service-process.ts";

/** The blocks of a guide that are run as they are, and those that name what a reader starts. */
function blocksOf(name: string): { readonly run: readonly string[]; readonly shown: readonly string[] } {
  const text = readFileSync(resolve(import.meta.dirname, "../../docs", name), "utf8");
  const fences = [...text.matchAll(/^```([a-z]*)\n(.*?)^```$/gms)];
  const of = (language: string): readonly string[] =>
    fences.flatMap(([, given, block = ""]) => (given === language ? [block] : []));
  return { run: of("sh"), shown: of("") };
}

const ENGLISH = blocksOf("first-catalog.md");
const PORTUGUESE = blocksOf("first-catalog.pt.md");

test("docs/first-catalog.pt.md has the commands of docs/first-catalog.md, with messages and words in Portuguese", () => {
  const plain = (blocks: readonly string[]) =>
    blocks.map((text) => text.replaceAll(" --lang pt", "").replace(/^ask:$.*^END$/ms, ""));
  expect(plain(PORTUGUESE.run)).toEqual(plain(ENGLISH.run));
  expect(PORTUGUESE.shown).toEqual(ENGLISH.shown);
});

describe.each([
  {
    guide: "docs/first-catalog.md",
    blocks: ENGLISH,
    runtimes: RUNTIMES,
    valid: /^views: 8 views valid$/gm,
    intent: "fund profile",
  },
  {
    guide: "docs/first-catalog.pt.md",
    blocks: PORTUGUESE,
    runtimes: RUNTIMES.slice(0, 1),
    valid: /^views: 8 views válidas$/gm,
    intent: "perfil do fundo",
  },
])("$guide", ({ guide, blocks, runtimes, valid, intent }) => {
  test.each(runtimes)(
    `${guide} leads from a database to eight views that are served on $name`,
    async (runtime) => {
      const home = await createGuardedDirectory("mosaic-first-catalog-");
      try {
        const rights = runtime.name === "deno" ? ["--allow-write"] : [];
        const command = [runtime.command, ...runtime.args, ...rights, MAIN]
          .map((word) => `'${word}'`)
          .join(" ");
        const script = `set -e\nmosaic() { ${command} "$@"; }\n${blocks.run.join("")}`;
        const env = { HOME: home.path };
        const run = await runToEnd("/bin/sh", {
          args: ["-c", script],
          directory: home.path,
          env,
          timeoutMs: 100_000,
        });
        expect([run.exitCode, run.stderr.match(valid)?.length]).toEqual([0, 2]);
        expect(run.stdout.match(/^views\/view_\w+\.yaml$/gm)).toHaveLength(8);
        expect(run.stdout.match(/^view_\w+: same$/gm)).toHaveLength(8);

        const views = join(home.path, "funds/views");
        await using service = await startHostedService({ runtime, env: { VIEWS_DIR: views } });
        await service.waitForLog(({ msg }) => msg === "Catalog published");
        const listed = (await sendRequest(service.url, "/views")).json();
        expect((listed as { readonly items: readonly unknown[] }).items).toHaveLength(8);
        const view = (await sendRequest(service.url, "/views/view_fiis_info")).json();
        expect(view).toMatchObject({ identifiers: ["ticker"], ask: { intents: [intent] } });
        const args = ["reload", "--dry-run", service.url];
        const preview = await runMain(runtime, { args, directory: home.path, env: { ADMIN_TOKEN } });
        expect([preview.exitCode, preview.stdout]).toEqual([
          0,
          expect.stringMatching(/^no view changed: 8 views/),
        ]);
      } finally {
        await home.remove();
      }
    },
  );
});
