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
import { type CommandDeps, type CommandIo, EXIT, failed, type RunCommand, shellWord } from "./command.ts";
import type { LinePart } from "./printer.ts";
import { wordChanges } from "./word-changes.ts";

/** `mosaic diff OLD NEW`: what NEW adds, removes and changes, with JSON pointers. */
export const diffCommand: RunCommand = async (io, deps, args) => {
  const { format, language } = args;
  const [oldDirectory, newDirectory] = args.positionals;
  if (oldDirectory === undefined || newDirectory === undefined)
    return failed(io, DIFF_TEXTS[language].twoFolders, EXIT.usage);
  const before = await loadCatalog(io, deps, { directory: oldDirectory, language });
  const after = await loadCatalog(io, deps, { directory: newDirectory, language });
  if (before === undefined || after === undefined) return EXIT.usage;
  const diff = diffCatalogs(before.catalog, after.catalog);
  const changes = changesOf(before.catalog, after.catalog, diff.changed);
  if (format === "json") io.stdout.json(canonicalText(report(before, after, diff, changes)));
  else for (const line of describe(diff, changes)) io.stdout.parts(line);
  return before.catalog.hash === after.catalog.hash ? EXIT.ok : EXIT.invalid;
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
  if (load !== undefined) failed(io, DIFF_TEXTS[language].invalid(shellWord(name)));
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

function changesOf(before: Catalog, after: Catalog, changed: readonly Entity[]): EntityChanges {
  return new Map(
    changed.map((entity) => [entity, diffValues(viewValue(before, entity), viewValue(after, entity))]),
  );
}

function viewValue({ views }: Catalog, entity: Entity): JsonValue {
  return parseJson(new TextDecoder().decode(views.get(entity)));
}

type Line = readonly LinePart[];

function describe({ added, removed, changed }: CatalogDiff, changes: EntityChanges): readonly Line[] {
  return [
    ...added.map((entity) => plain(`+ ${entity}`)),
    ...removed.map((entity) => plain(`- ${entity}`)),
    ...changed.flatMap((entity) => [
      plain(`~ ${entity}`),
      ...(changes.get(entity) ?? []).map(describeChange),
    ]),
  ];
}

function plain(text: string): Line {
  return [{ kind: "same", text }];
}

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;

function describeChange(change: ValueChange): Line {
  const head = `    ${SIGNS[change.kind]} ${change.pointer}: `;
  switch (change.kind) {
    case "added":
      return plain(head + excerptOf(canonicalText(change.after)));
    case "removed":
      return plain(head + excerptOf(canonicalText(change.before)));
    case "changed": {
      const [before, after] = [canonicalText(change.before), canonicalText(change.after)];
      const words = wordChanges(before, after);
      return words === undefined
        ? plain(head + excerptsOf(before, after).join(" -> "))
        : [...plain(head), ...words];
    }
  }
}

function report(
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

export function excerptOf(text: string): string {
  return makeTextVisible(excerptValue(text));
}

export function excerptsOf(before: string, after: string): readonly [before: string, after: string] {
  const [old, now] = excerptValues(before, after);
  return [makeTextVisible(old), makeTextVisible(now)];
}
