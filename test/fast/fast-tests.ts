import { readdir, readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** A file that imports one of these can start a program. */
const STARTS_PROGRAMS = ["bun", "node:child_process", "node:cluster", "playwright-core"];

/** Start no program, but take seconds: they try thousands of states or inputs at the bounds of what is taken. */
export const SLOW_FILES: ReadonlySet<string> = new Set([
  "test/adapters/yaml/parse-catalog-diagnostics.test.ts",
  "test/conformance/cache-conformance.test.ts",
  "test/conformance/catalog-source-conformance.test.ts",
  "test/domain/tickers/extract-tickers-cost.test.ts",
  "test/explorer/explorer.test.ts",
]);

const IMPORT = /\bfrom\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;

/** Reads a file by its path from the project's root; undefined when there is none. */
export type ReadFile = (path: string) => Promise<string | undefined>;

/** The test files that start no program, whatever they import: they need no server and no browser. */
export async function fastTests(): Promise<readonly string[]> {
  const names = await readdir(join(ROOT, "test"), { recursive: true });
  const tests = names.filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`);
  return withoutPrograms(tests.sort(), (path) => readFile(join(ROOT, path), "utf8").catch(() => undefined));
}

/** Of these files, those that neither import what starts programs nor a file that does. */
export async function withoutPrograms(files: readonly string[], read: ReadFile): Promise<readonly string[]> {
  const importsOf = new Map<string, readonly string[]>();
  const pending = [...files];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (importsOf.has(path)) continue;
    const imports = importsIn(path, (await read(path)) ?? "");
    importsOf.set(path, imports);
    pending.push(...imports.filter(isProjectFile));
  }
  const starters = new Set(STARTS_PROGRAMS);
  let known = 0;
  while (known !== starters.size) {
    known = starters.size;
    for (const [path, imports] of importsOf)
      if (imports.some((each) => starters.has(each))) starters.add(path);
  }
  return files.filter((path) => !starters.has(path) && !SLOW_FILES.has(path));
}

function importsIn(path: string, text: string): readonly string[] {
  return [...text.matchAll(IMPORT)].map(([, from, dynamic, bare]) => {
    const specifier = from ?? dynamic ?? bare ?? "";
    return specifier.startsWith(".") ? posix.join(dirname(path), specifier) : specifier;
  });
}

function isProjectFile(specifier: string): boolean {
  return /^(?:src|test)\//.test(specifier);
}
