import { draftBlankView, draftEntity, draftView, findPlaceholders } from "../../../domain/view/draft-view.ts";
import { type Entity, isEntity } from "../../../domain/view/entity.ts";
import type { Relation } from "../../../domain/view/relation.ts";
import type { Language } from "../../../lib/language.ts";
import { findSimilarName } from "../../../lib/similar-name.ts";
import { CatalogSourceError } from "../../../ports/catalog-source-port.ts";
import type { DescribedDatabase } from "../../../ports/database-port.ts";
import { FileWriteError } from "../../../ports/file-write-error.ts";
import { chooseDirectory, describeSourceError } from "./catalog-commands.ts";
import {
  type CommandDeps,
  type CommandIo,
  EXIT_CODES,
  type ExitCode,
  formatCount,
  printFailure,
  quoteShellWord,
  type RunCommand,
} from "./command.ts";
import { isDatabaseUrl, runWithDatabase } from "./database-commands.ts";

/** `mosaic new VIEW [DIR]`: writes a first view file, from the columns in the database or from a template. */
export const newCommand: RunCommand = async (io, deps, { positionals, flags, language }) => {
  const [name, given] = positionals;
  const texts = NEW_TEXTS[language];
  if (name === undefined) return printFailure(io, texts.nameMissing, EXIT_CODES.usage);
  if ([given, name].some((text) => isDatabaseUrl(io, "new", text, language))) return EXIT_CODES.usage;
  const target = await openTargetFolder(io, deps, { given, language });
  if (target === undefined) return EXIT_CODES.usage;
  if (flags.has("database")) {
    return runWithDatabase(io, deps, language, async (database, databaseName) => {
      const relation = (await database.relations({ names: [name] })).get(name);
      if (relation === undefined) return printMissingRelation(io, database, { databaseName, name, language });
      return writeDrafts(io, target, [createDraft(target, name, relation)]);
    });
  }
  if (!isEntity(name)) return printFailure(io, texts.noName(JSON.stringify(name)), EXIT_CODES.usage);
  return writeDrafts(io, target, [{ name, entity: name, text: draftBlankView(name, language) }]);
};

/**
 * `mosaic new --all [DIR]`: writes a file for each view of the database that the folder lacks. If the database has
 * no views, its tables are used.
 */
export const newAllCommand: RunCommand = async (io, deps, { positionals, language }) => {
  const [given] = positionals;
  if (isDatabaseUrl(io, "new", given, language)) return EXIT_CODES.usage;
  const texts = NEW_TEXTS[language];
  const target = await openTargetFolder(io, deps, { given, language });
  if (target === undefined) return EXIT_CODES.usage;
  return runWithDatabase(io, deps, language, async (database, databaseName) => {
    const relations = [...(await database.relations())];
    const views = relations.filter(([, { kind }]) => kind === "view");
    const chosen = views.length > 0 ? views : relations;
    if (chosen.length === 0) return printFailure(io, texts.emptyDatabase(databaseName));
    const missing = chosen.filter(([name]) => !target.takenNames.has(name));
    if (missing.length === 0)
      return printFailure(io, texts.hasAll(target.directory, chosen.length, databaseName), EXIT_CODES.ok);
    const taken = new Set(target.takenNames);
    const drafts = missing.map(([name, relation]) => {
      const draft = createDraft({ ...target, takenNames: taken }, name, relation);
      taken.add(draft.entity);
      return draft;
    });
    return writeDrafts(io, target, drafts);
  });
};

interface TargetFolder {
  readonly directory: string;
  readonly viewFiles: CommandDeps["viewFiles"];
  /** Names that are taken: those of files, without their ending, and the entities of views, valid or not. */
  readonly takenNames: ReadonlySet<string>;
  readonly language: Language;
}

interface ViewDraft {
  /** The name in the database, or as the user typed it. */
  readonly name: string;
  readonly entity: Entity;
  /** The text of the file; undefined if no column of the relation has a name. */
  readonly text: string | undefined;
}

/** Opens the target folder; undefined after printing an error. A missing folder is created later. */
async function openTargetFolder(
  io: CommandIo,
  deps: CommandDeps,
  { given, language }: { readonly given: string | undefined; readonly language: Language },
): Promise<TargetFolder | undefined> {
  const directory = chooseDirectory(io, given);
  const { viewFiles } = deps;
  try {
    const files = await viewFiles.list(directory);
    const stems = files.map(({ path }) => path.replace(/^.*\//, "").replace(/\.ya?ml$/i, ""));
    const { entityOf } = await deps.loadViewEditor();
    const entities = files.flatMap((file) => entityOf(file) ?? []);
    return { directory, viewFiles, language, takenNames: new Set([...stems, ...entities]) };
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    if (error.code === "not-found") return { directory, viewFiles, language, takenNames: new Set() };
    io.stderr.line(describeSourceError(error, directory, language));
    return undefined;
  }
}

function createDraft({ takenNames, language }: TargetFolder, name: string, relation: Relation): ViewDraft {
  const entity = draftEntity(name, isEntity(name) ? undefined : takenNames);
  return { name, entity, text: draftView(relation, { name, entity, language }) };
}

/**
 * Writes a file for each draft. The exit code is 1 if a draft was not written, for example because its view
 * exists.
 */
async function writeDrafts(
  io: CommandIo,
  { directory, viewFiles, takenNames, language }: TargetFolder,
  drafts: readonly ViewDraft[],
): Promise<ExitCode> {
  const texts = NEW_TEXTS[language];
  let [written, open, isWhole] = [0, 0, true];
  for (const { name, entity, text } of drafts) {
    if (text === undefined) {
      isWhole = false;
      printFailure(io, texts.noColumn(JSON.stringify(name)));
      continue;
    }
    try {
      const { kind, file } = takenNames.has(entity)
        ? { kind: "exists", file: directory }
        : await viewFiles.create(directory, `${entity}.yaml`, text);
      if (kind === "exists") {
        isWhole = false;
        printFailure(io, texts.exists(entity, file));
        continue;
      }
      written += 1;
      open += findPlaceholders(text).length;
      io.stdout.line(file);
    } catch (error) {
      if (!(error instanceof FileWriteError)) throw error;
      return printFailure(io, error.texts[language]);
    }
  }
  if (written > 0) io.stderr.line(`mosaic: ${texts.written(written, open, quoteShellWord(directory))}`);
  return isWhole ? EXIT_CODES.ok : EXIT_CODES.invalid;
}

async function printMissingRelation(
  io: CommandIo,
  database: DescribedDatabase,
  {
    databaseName,
    name,
    language,
  }: { readonly databaseName: string; readonly name: string; readonly language: Language },
): Promise<ExitCode> {
  const near = findSimilarName(name, [...(await database.relations()).keys()]);
  const { notThere: text, near: hint } = NEW_TEXTS[language];
  return printFailure(io, text(databaseName, JSON.stringify(name)) + (near === undefined ? "" : hint(near)));
}

export const NEW_TEXTS = {
  en: {
    nameMissing: "new needs the name of a view, or --all",
    noName: (name: string) => `${name} is not a view name: use letters, digits and _, such as view_rates`,
    hasAll: (directory: string, views: number, database: string) =>
      `${directory} has all ${formatCount(views, "view")} of ${database}`,
    emptyDatabase: (database: string) => `${database} has no view and no table that may be read`,
    noColumn: (name: string) => `${name} has no named columns`,
    exists: (entity: string, file: string) => `${entity} exists already in ${file}, and is left as it is`,
    written: (views: number, open: number, directory: string) =>
      `${formatCount(views, "view")} written, ${formatCount(open, "place")} to fill in: mosaic validate ${directory} lists them`,
    notThere: (database: string, name: string) => `${database} has no table or view ${name} that may be read`,
    near: (name: string) => `; did you mean ${name}?`,
  },
  pt: {
    nameMissing: "new precisa do nome de uma view, ou de --all",
    noName: (name: string) => `${name} não é nome de view: use letras, dígitos e _, como em view_rates`,
    hasAll: (directory: string, views: number, database: string) =>
      `${directory} já tem ${views === 1 ? "a view" : `as ${views} views`}; ${database} não tem outras`,
    emptyDatabase: (database: string) => `${database} não tem view nem tabela que se possa ler`,
    noColumn: (name: string) => `${name} não tem coluna com nome`,
    exists: (entity: string, file: string) => `${entity} já existe em ${file}, e fica como está`,
    written: (views: number, open: number, directory: string) =>
      `${formatCount(views, "view escrita", "views escritas")}, ${formatCount(open, "ponto")} a preencher: mosaic validate ${directory} mostra cada um`,
    notThere: (database: string, name: string) =>
      `${database} não tem tabela nem view ${name} que se possa ler`,
    near: (name: string) => `; você quis dizer ${name}?`,
  },
} as const satisfies Readonly<Record<Language, object>>;
