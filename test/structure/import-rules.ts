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
const COMPOSITION = ["src/app/command-adapters.ts", "src/app/compose.ts", "src/mod.ts"];

const RULES: readonly Rule[] = [
  { folder: "src/domain/", packages: ["leven", "node:crypto", "valibot"], folders: ["src/domain/"] },
  { folder: "src/ports/", packages: [], folders: ["src/domain/", "src/ports/"] },
  { folder: "src/adapters/", packages: "any", folders: ["src/domain/", "src/ports/", "src/adapters/"] },
  {
    folder: "src/conformance/",
    packages: ["node:assert", "node:sqlite", "node:util"],
    folders: ["src/domain/", "src/ports/", "src/adapters/", "src/conformance/"],
  },
  // What a browser runs gets its packages by way of their own folder, and nothing of the service.
  { folder: "src/app/console/lib/", packages: ["lit-html", "lit-html/directives/repeat.js"], folders: [] },
  { folder: "src/app/console/", packages: [], folders: ["src/app/console/"], ending: ".js" },
  { folder: "src/app/", packages: "any", folders: ["src/domain/", "src/ports/", "src/app/"] },
];

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^"';]*?\bfrom\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;

/** Says of each import that runs against the direction app → ports → domain, adapters → ports and domain, what is wrong. */
export function importViolations(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const rule = RULES.find(({ folder }) => file.path.startsWith(folder));
    if (rule === undefined || COMPOSITION.includes(file.path)) return [];
    return importsOf(file).flatMap((specifier) => violation(file, rule, specifier));
  });
}

function importsOf({ text }: SourceFile): readonly string[] {
  return [...text.matchAll(IMPORT)].flatMap(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? []);
}

function violation(file: SourceFile, rule: Rule, specifier: string): readonly string[] {
  if (!specifier.startsWith(".")) {
    const allowed = rule.packages === "any" || rule.packages.includes(specifier);
    return allowed ? [] : [`${file.path} imports the package ${specifier}`];
  }
  const target = posix.join(posix.dirname(file.path), specifier);
  if (!target.endsWith(rule.ending ?? ".ts")) return [`${file.path} imports ${specifier} without its ending`];
  const inReach = file.path === ENTRY || !COMPOSITION.includes(target);
  const allowed = inReach && rule.folders.some((folder) => target.startsWith(folder));
  return allowed ? [] : [`${file.path} imports ${target}`];
}
