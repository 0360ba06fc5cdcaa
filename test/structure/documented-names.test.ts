import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/app/cli/command-table.ts";
import { settingsSchema } from "../../src/app/settings/settings-schema.ts";
import { CACHE_FAULTS } from "../../src/ports/cache-port.ts";
import { prose, readDocument, readDocuments } from "./documents.ts";

const ROOT = join(import.meta.dirname, "../..");
const SOURCES = await readSources();
/** A variable of deploy/container/compose.yaml. */
const COMPOSE_PASSWORD = "REDIS_PASSWORD";
const SETTINGS = new Set(Object.keys(settingsSchema.entries));
// Decisions and the changelog also have names of their day; the reference is generated.
const MANUAL = (await readDocuments()).filter(
  ({ path }) => !/^(?:CHANGELOG\.md|docs\/(?:decisions|reference)\/)/.test(path),
);

async function readSources(): Promise<string> {
  const names = await readdir(join(ROOT, "src"), { recursive: true });
  const files = names.filter((name) => /\.[jt]s$/.test(name));
  return (await Promise.all(files.map((name) => readFile(join(ROOT, "src", name), "utf8")))).join("\n");
}

/** The code of a text outside its blocks, without line breaks. */
function codeSpans(text: string): readonly string[] {
  return [...prose(text).matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span.replaceAll(/\s+/g, " "));
}

/** The log messages that a text quotes, without what differs from line to line: after a colon, or the name of an error. */
function quotedMessages(text: string): readonly string[] {
  const sentences = codeSpans(text).filter((span) => /^[A-Z][a-z]+(?:'s)? [a-z]/.test(span));
  return sentences.map((span) => span.replace(/(?::.*| [A-Z]{2,}| ?…)$/, ""));
}

function metricsIn(text: string): readonly string[] {
  return text.match(/\bmosaic_[a-z_]+[a-z]\b(?![*…-])/g) ?? [];
}

/** Names that look like settings; those that stand for several, such as `REDIS_TLS_…`, are left out. */
function settingsIn(text: string): readonly string[] {
  const names =
    text.match(/\b(?:CACHE|FLEET|HTTP|LOG|REDIS|REPLICA|TICKERS|VIEWS)_[A-Z_]*[A-Z]\b(?!_)/g) ?? [];
  return names.filter((name) => name !== COMPOSE_PASSWORD);
}

/** Calls of `mosaic` whose command or option does not exist. */
function unknownCalls(text: string): readonly string[] {
  const calls = [...text.matchAll(/(?:`mosaic|npm run -s mosaic --) ([a-z]+)((?: [^\n`|#]*)?)/g)];
  return calls.flatMap(([, name, rest = ""]) => {
    const forms = COMMANDS.filter((command) => command.name === name);
    if (forms.length === 0) return name === "help" ? [] : [`mosaic ${name}`];
    const options = forms.flatMap((form) => (form.options ?? []).map(([option]) => option.split(" ", 1)[0]));
    const given = rest.match(/(?<= )--[a-z-]+/g) ?? [];
    return given.filter((option) => !options.includes(option)).map((option) => `mosaic ${name} ${option}`);
  });
}

describe("the manual", () => {
  test.each(MANUAL.map(({ path, text }) => [path, text] as const))(
    "%s names messages, metrics, settings and commands that there are",
    (_, text) => {
      expect({
        messages: quotedMessages(text).filter((message) => !SOURCES.includes(message)),
        metrics: metricsIn(text).filter((metric) => !SOURCES.includes(`"${metric}"`)),
        settings: settingsIn(text).filter((setting) => !SETTINGS.has(setting)),
        calls: unknownCalls(text),
      }).toEqual({ messages: [], metrics: [], settings: [], calls: [] });
    },
  );

  test("would be found wrong with a name that is gone", () => {
    const text = "`Catalog\ngone: why`, `Redis answered OOM`, `mosaic_gone{a}` 1, `VIEWS_GONE`, `VIEWS_…`";
    expect([quotedMessages(text), metricsIn(text), settingsIn(text)]).toEqual([
      ["Catalog gone", "Redis answered"],
      ["mosaic_gone"],
      ["VIEWS_GONE"],
    ]);
    expect(unknownCalls("`mosaic gone`, `npm run -s mosaic -- sign --gone DIR`, mosaic runs")).toEqual([
      "mosaic gone",
      "mosaic sign --gone",
    ]);
  });

  test("docs/ops/redis_cache.md explains every fault that /readyz names", async () => {
    const spans = new Set(codeSpans((await readDocument("docs/ops/redis_cache.md")).text));
    expect(CACHE_FAULTS.filter((fault) => !spans.has(fault))).toEqual([]);
  });

  test("docs/security.md names every package that runs in production", async () => {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const { text } = await readDocument("docs/security.md");
    const [, section = ""] = text.split(/^## Packages$/m);
    const [paragraph = ""] = section.split("###");
    const names = Object.keys(dependencies);
    const telemetry = names.filter((name) => name.startsWith("@opentelemetry/"));
    expect(names.filter((name) => !telemetry.includes(name) && !paragraph.includes(`\`${name}\``))).toEqual(
      [],
    );
    expect([telemetry.length, paragraph.includes("nine of `@opentelemetry`")]).toEqual([9, true]);
  });
});
