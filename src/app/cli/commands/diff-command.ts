import type { Catalog } from "../../../domain/catalog/catalog.ts";
import { diffValues, type ValueChange } from "../../../domain/catalog/value-diff.ts";
import {
  type CatalogDiff,
  diffCatalogs,
  excerptValue,
  excerptValues,
} from "../../../domain/catalog/view-changes.ts";
import { canonicalText } from "../../../domain/json/canonical-json.ts";
import type { JsonObject, JsonValue } from "../../../domain/json/json-value.ts";
import { parseJson } from "../../../domain/json/parse-json.ts";
import type { Entity } from "../../../domain/view/entity.ts";
import type { Language } from "../../../lib/language.ts";
import { makeTextVisible } from "../../../lib/visible-text.ts";
import { loadDirectory } from "./catalog-commands.ts";
import {
  type CommandDeps,
  type CommandIo,
  EXIT_CODES,
  printFailure,
  quoteShellWord,
  type RunCommand,
} from "./command.ts";
import type { LinePart } from "./printer.ts";
import { findWordChanges } from "./word-changes.ts";

/** `mosaic diff OLD NEW`: what NEW adds, removes and changes, with JSON pointers. */
export const diffCommand: RunCommand = async (io, deps, args) => {
  const { format, language } = args;
  const [oldDirectory, newDirectory] = args.positionals;
  if (oldDirectory === undefined || newDirectory === undefined)
    return printFailure(io, DIFF_TEXTS[language].twoFolders, EXIT_CODES.usage);
  const before = await loadCatalog(io, deps, { directory: oldDirectory, language });
  const after = await loadCatalog(io, deps, { directory: newDirectory, language });
  if (before === undefined || after === undefined) return EXIT_CODES.usage;
  const diff = diffCatalogs(before.catalog, after.catalog);
  const changes = diffChangedViews(before.catalog, after.catalog, diff.changed);
  if (format === "json") io.stdout.json(canonicalText(createJsonReport(before, after, diff, changes)));
  else for (const line of describeDiff(diff, changes)) io.stdout.parts(line);
  return before.catalog.hash === after.catalog.hash ? EXIT_CODES.ok : EXIT_CODES.invalid;
};

interface NamedCatalog {
  readonly name: string;
  readonly catalog: Catalog;
}

/**
 * Loads a catalog; undefined after printing an error. The exit code is then 2, because 1 means that both
 * catalogs were read and differ.
 */
async function loadCatalog(
  io: CommandIo,
  deps: CommandDeps,
  { directory, language }: { readonly directory: string; readonly language: Language },
): Promise<NamedCatalog | undefined> {
  const { load, name } = await loadDirectory(io, deps, directory, { language });
  if (load?.kind === "loaded") return { name, catalog: load.catalog };
  if (load !== undefined) printFailure(io, DIFF_TEXTS[language].invalid(quoteShellWord(name)));
  return undefined;
}

export const DIFF_TEXTS = {
  en: {
    twoFolders: "diff needs two folders, OLD and NEW, or --database",
    invalid: (name: string) => `the catalog of ${name} is invalid; mosaic validate ${name} shows why`,
  },
  pt: {
    twoFolders: "diff precisa de duas pastas, OLD e NEW, ou de --database",
    invalid: (name: string) => `o catálogo de ${name} é inválido; mosaic validate ${name} mostra por quê`,
  },
};

type EntityChanges = ReadonlyMap<Entity, readonly ValueChange[]>;

function diffChangedViews(before: Catalog, after: Catalog, changed: readonly Entity[]): EntityChanges {
  return new Map(
    changed.map((entity) => [
      entity,
      diffValues(parseViewValue(before, entity), parseViewValue(after, entity)),
    ]),
  );
}

function parseViewValue({ views }: Catalog, entity: Entity): JsonValue {
  return parseJson(new TextDecoder().decode(views.get(entity)));
}

type DiffLine = readonly LinePart[];

function describeDiff({ added, removed, changed }: CatalogDiff, changes: EntityChanges): readonly DiffLine[] {
  return [
    ...added.map((entity) => createPlainLine(`+ ${entity}`)),
    ...removed.map((entity) => createPlainLine(`- ${entity}`)),
    ...changed.flatMap((entity) => [
      createPlainLine(`~ ${entity}`),
      ...(changes.get(entity) ?? []).map(describeChange),
    ]),
  ];
}

function createPlainLine(text: string): DiffLine {
  return [{ kind: "same", text }];
}

const SIGN_BY_CHANGE = { added: "+", removed: "-", changed: "~" } as const;

function describeChange(change: ValueChange): DiffLine {
  const head = `    ${SIGN_BY_CHANGE[change.kind]} ${change.pointer}: `;
  switch (change.kind) {
    case "added":
      return createPlainLine(head + createVisibleExcerpt(canonicalText(change.after)));
    case "removed":
      return createPlainLine(head + createVisibleExcerpt(canonicalText(change.before)));
    case "changed": {
      const [before, after] = [canonicalText(change.before), canonicalText(change.after)];
      const words = findWordChanges(before, after);
      return words === undefined
        ? createPlainLine(head + createVisibleExcerpts(before, after).join(" -> "))
        : [...createPlainLine(head), ...words];
    }
  }
}

function createJsonReport(
  before: NamedCatalog,
  after: NamedCatalog,
  { added, removed, changed }: CatalogDiff,
  changes: EntityChanges,
): JsonObject {
  const side = ({ name, catalog }: NamedCatalog): JsonObject => ({ directory: name, hash: catalog.hash });
  return {
    status: before.catalog.hash === after.catalog.hash ? "same" : "different",
    old: side(before),
    new: side(after),
    added,
    removed,
    changed: changed.map((entity) => ({
      entity,
      changes: (changes.get(entity) ?? []).map((change) => ({ ...change })),
    })),
  };
}

export function createVisibleExcerpt(text: string): string {
  return makeTextVisible(excerptValue(text));
}

export function createVisibleExcerpts(
  before: string,
  after: string,
): readonly [before: string, after: string] {
  const [old, now] = excerptValues(before, after);
  return [makeTextVisible(old), makeTextVisible(now)];
}
