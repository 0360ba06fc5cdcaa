/**
 * Makes `dist-jsr/`: what the JSR package holds. It is the compiled code with its declarations, since the types of the API are
 * inferred from the route specifications, which JSR takes from no source.
 *
 * Run it with `npm run build:jsr`, after `npm run build`.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");
const TARGET = resolve(ROOT, "dist-jsr");
const NAME = "@mosaic/mosaic";

interface Package {
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const { version, license, exports, dependencies } = JSON.parse(
  readFileSync(resolve(ROOT, "package.json"), "utf8"),
) as Package;

rmSync(TARGET, { recursive: true, force: true });
cpSync(resolve(ROOT, "dist"), TARGET, {
  recursive: true,
  filter: (path) => !/\.map$|app[/]console$|app[/]main\./.test(path),
});
for (const name of ["LICENSE", "README.md"]) cpSync(resolve(ROOT, name), resolve(TARGET, name));
cpSync(resolve(ROOT, "data/sample"), resolve(TARGET, "data/sample"), { recursive: true });
for (const name of readdirSync(TARGET, { recursive: true, encoding: "utf8" })) {
  const file = resolve(TARGET, name);
  if (name.endsWith(".d.ts")) writeFileSync(file, declarationsOf(readFileSync(file, "utf8")));
  else if (name.endsWith(".js")) writeFileSync(file, codeOf(name, readFileSync(file, "utf8")));
}
writeFileSync(
  resolve(TARGET, "deno.json"),
  `${JSON.stringify({ name: NAME, version, license, exports: entryPoints(), imports: packages() }, null, 2)}\n`,
);

function entryPoints(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, entry]) =>
      typeof entry === "string" ? [] : [[path, entry.default.replace("./dist/", "./")]],
    ),
  );
}

/** Deno knows packages by name only where an import map says so. */
function packages(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, range]) => [name, `npm:${name}@${range}`]),
  );
}

/** Declarations import declarations, never code. */
function declarationsOf(text: string): string {
  return text.replaceAll(/(from |import\()"(\.[^"]+)\.ts"/g, '$1"$2.d.ts"');
}

/**
 * Only entry points name their types. Deno prunes declarations to what the entry points export; it would then check those of inner
 * code against the pruned ones, and miss members there.
 */
function codeOf(name: string, text: string): string {
  const code = text.replace(/^\/\/# sourceMappingURL=.*$/m, "");
  if (!Object.values(entryPoints()).includes(`./${name}`)) return code;
  return `/* @ts-self-types="./${name.replace(/\.js$/, ".d.ts")}" */\n${code}`;
}
