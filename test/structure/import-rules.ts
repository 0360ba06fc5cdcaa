import { posix } from "node:path";

/** A source file by its path from the project's root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Which packages and folders the files of a folder may import; the first rule whose folder fits counts. */
interface Rule {
  readonly folder: string;
  readonly packages: "any" | readonly string[];
  readonly folders: readonly string[];
  /** What its files end in, and the imports of them. */
  readonly ending?: ".js";
}

/** Runs what is composed, and composes nothing itself. */
const ENTRY = "src/app/main.ts";
/** What a command is made of, and what a service is: the latter is loaded only for it. */
const COMPOSITION = [
  "src/app/command-adapters.ts",
  "src/app/compose.ts",
  "src/app/open-redis.ts",
  "src/app/trace-ports.ts",
  "src/mod.ts",
];

const RULES: readonly Rule[] = [
  { folder: "src/lib/", packages: ["leven", "node:crypto"], folders: ["src/lib/"] },
  {
    folder: "src/domain/",
    packages: ["leven", "node:crypto", "valibot"],
    folders: ["src/domain/", "src/lib/"],
  },
  { folder: "src/ports/", packages: [], folders: ["src/domain/", "src/ports/", "src/lib/"] },
  {
    folder: "src/adapters/",
    packages: "any",
    folders: ["src/domain/", "src/ports/", "src/adapters/", "src/lib/"],
  },
  {
    folder: "src/conformance/",
    packages: ["node:assert", "node:sqlite", "node:util"],
    folders: ["src/domain/", "src/ports/", "src/adapters/", "src/conformance/"],
  },
  // What a browser runs gets its packages by way of their own folder, and nothing of the service.
  {
    folder: "src/app/console/lib/",
    packages: ["diff", "lit-html", "lit-html/directives/repeat.js"],
    folders: [],
  },
  { folder: "src/app/console/", packages: [], folders: ["src/app/console/"], ending: ".js" },
  {
    folder: "src/app/",
    packages: "any",
    folders: ["src/domain/", "src/ports/", "src/app/", "src/lib/"],
  },
];

/** The folders of each part, from top to bottom: a file imports from its own folder and from those below it. */
export const FOLDER_ORDER: readonly (readonly string[])[] = [
  [
    "src/app",
    "src/app/http",
    "src/app/http/routes",
    "src/app/http/openapi",
    "src/app/http/api",
    "src/app/http/middleware",
    "src/app/http/responses",
    "src/app/http/server",
    "src/app/cli",
    "src/app/cli/serve",
    "src/app/cli/commands",
    "src/app/lifecycle",
    "src/app/telemetry",
    "src/app/status",
    "src/app/fleet",
    "src/app/tickers",
    "src/app/catalog",
    "src/app/signing",
    "src/app/settings",
  ],
  [
    "src/adapters",
    "src/adapters/redis",
    "src/adapters/redis/topology",
    "src/adapters/memory",
    "src/adapters/filesystem",
    "src/adapters/yaml",
    "src/adapters/yaml/readers",
    "src/adapters/yaml/tree",
    "src/adapters/yaml/syntax",
    "src/adapters/otel",
    "src/adapters/decorators",
    "src/adapters/sqlite",
    "src/adapters/postgres",
    "src/adapters/sql",
  ],
  [
    "src/domain",
    "src/domain/release",
    "src/domain/fleet",
    "src/domain/signing",
    "src/domain/catalog",
    "src/domain/view",
    "src/domain/tickers",
    "src/domain/json",
  ],
];

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^"';]*?\bfrom\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;

/**
 * Describes each import that runs against the direction app → ports → domain → lib, adapters → ports and domain, or from a folder
 * to one above it.
 */
export function importViolations(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const rule = RULES.find(({ folder }) => file.path.startsWith(folder));
    if (rule === undefined) return [];
    return importsOf(file).flatMap((specifier) => {
      const wrong = COMPOSITION.includes(file.path) ? [] : violation(file, rule, specifier);
      return wrong.length > 0 ? wrong : upwardImport(file, specifier);
    });
  });
}

/** The folders of source files that are in no list, although their part has one. */
export function unlistedFolders(files: readonly SourceFile[]): readonly string[] {
  const folders = new Set(
    files.filter(({ path }) => path.endsWith(".ts")).map(({ path }) => posix.dirname(path)),
  );
  const listed = FOLDER_ORDER.flat();
  return [...folders].filter(
    (folder) =>
      !listed.includes(folder) && /^src\/(?:app\/(?!console)|adapters\/|domain\/)/.test(`${folder}/`),
  );
}

const VALUE_IMPORT = /(?:^|\n)(?:import|export)\s+(?!type\b)(?:[^"';]*?\bfrom\s*)?"([^"]+)"/g;

/** The packages that are loaded with a module: by itself and by all that it imports, but on demand. */
export function packagesLoadedWith(entry: string, files: readonly SourceFile[]): readonly string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const packages = new Set<string>();
  const modules = new Set([entry]);
  for (const path of modules) {
    for (const [, specifier = ""] of (texts.get(path) ?? "").matchAll(VALUE_IMPORT)) {
      if (specifier.startsWith(".")) modules.add(posix.join(posix.dirname(path), specifier));
      else if (!specifier.startsWith("node:")) packages.add(specifier);
    }
  }
  return [...packages].sort();
}

function importsOf({ text }: SourceFile): readonly string[] {
  return [...text.matchAll(IMPORT)].flatMap(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? []);
}

function violation(file: SourceFile, rule: Rule, specifier: string): readonly string[] {
  if (!specifier.startsWith(".")) {
    const allowed = rule.packages === "any" || rule.packages.includes(specifier);
    return allowed ? [] : [`${file.path} imports the package ${specifier}`];
  }
  const target = targetOf(file, specifier);
  if (!target.endsWith(rule.ending ?? ".ts")) return [`${file.path} imports ${specifier} without its ending`];
  const inReach = file.path === ENTRY || !COMPOSITION.includes(target);
  const allowed = inReach && rule.folders.some((folder) => target.startsWith(folder));
  return allowed ? [] : [`${file.path} imports ${target}`];
}

function upwardImport(file: SourceFile, specifier: string): readonly string[] {
  if (!specifier.startsWith(".")) return [];
  const [from, to] = [posix.dirname(file.path), posix.dirname(targetOf(file, specifier))];
  const folders = FOLDER_ORDER.find((list) => list.includes(from) && list.includes(to));
  if (folders === undefined || folders.indexOf(to) >= folders.indexOf(from)) return [];
  return [`${file.path} imports upwards from ${to}`];
}

function targetOf(file: SourceFile, specifier: string): string {
  return posix.join(posix.dirname(file.path), specifier);
}
