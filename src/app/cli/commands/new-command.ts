import { blankView, draftEntity, draftView, findPlaceholders } from "../../../domain/view/draft-view.ts";
import { type Entity, isEntity } from "../../../domain/view/entity.ts";
import type { Relation } from "../../../domain/view/relation.ts";
import { nearName } from "../../../lib/near-name.ts";
import { CatalogSourceError } from "../../../ports/catalog-source-port.ts";
import type { DescribedDatabase } from "../../../ports/database-port.ts";
import { ViewFileError } from "../../../ports/view-files-port.ts";
import { directoryOf } from "./catalog-commands.ts";
import {
  type CommandDeps,
  type CommandIo,
  counted,
  EXIT,
  type ExitCode,
  type RunCommand,
} from "./command.ts";
import { isDatabaseUrl, withDatabase } from "./database-commands.ts";

/** `mosaic new VIEW [DIR]`: a view file to begin with, from the database's columns or from a template. */
export const newCommand: RunCommand = async (io, deps, { positionals: [name, given], flags }) => {
  if (name === undefined) return misused(io, "new needs the name of a view, or --all");
  if (isDatabaseUrl(io, "new", given) || isDatabaseUrl(io, "new", name)) return EXIT.usage;
  const target = await openTarget(io, deps, given);
  if (target === undefined) return EXIT.usage;
  if (flags.has("database")) {
    return withDatabase(io, deps, async (database) => {
      const relation = (await database.relations({ names: [name] })).get(name);
      if (relation === undefined) return notThere(io, database, name);
      return write(io, target, [draftOf(target, name, relation)]);
    });
  }
  if (!isEntity(name))
    return misused(
      io,
      `${JSON.stringify(name)} is not a view name: use letters, digits and _, such as view_rates`,
    );
  return write(io, target, [{ name, entity: name, text: blankView(name) }]);
};

/** `mosaic new --all [DIR]`: a file for each view of the database that the folder does not have. */
export const newAllCommand: RunCommand = async (io, deps, { positionals: [given] }) => {
  if (isDatabaseUrl(io, "new", given)) return EXIT.usage;
  const target = await openTarget(io, deps, given);
  if (target === undefined) return EXIT.usage;
  return withDatabase(io, deps, async (database) => {
    const relations = [...(await database.relations())];
    const views = relations.filter(([, { kind }]) => kind === "view");
    const chosen = views.length > 0 ? views : relations;
    const isNew = ([name]: readonly [string, Relation]): boolean => !target.entities.has(name);
    if (chosen.length > 0 && !chosen.some(isNew)) {
      io.stderr.line(
        `mosaic: ${target.directory} has all ${counted(chosen.length, "view")} of ${database.name}`,
      );
      return EXIT.ok;
    }
    if (chosen.length === 0) return failed(io, `${database.name} has no view and no table that may be read`);
    const taken = new Set(target.entities);
    const drafts = chosen.filter(isNew).map(([name, relation]) => {
      const draft = draftOf({ ...target, entities: taken }, name, relation);
      taken.add(draft.entity);
      return draft;
    });
    return write(io, target, drafts);
  });
};

/** A folder that view files are written into. */
interface Target {
  readonly directory: string;
  readonly viewFiles: CommandDeps["viewFiles"];
  /** The entities of its views that could be read. */
  readonly entities: ReadonlySet<string>;
}

interface Draft {
  /** The name in the database, or as given. */
  readonly name: string;
  readonly entity: Entity;
  /** Undefined where nothing can be described. */
  readonly text: string | undefined;
}

/** Undefined after printing an error; a missing folder will be made. */
async function openTarget(
  io: CommandIo,
  deps: CommandDeps,
  given: string | undefined,
): Promise<Target | undefined> {
  const directory = directoryOf(io, given);
  const { viewFiles } = deps;
  try {
    const files = await viewFiles.list(directory);
    const stems = files.map(({ path }) => path.replace(/^.*\//, "").replace(/\.ya?ml$/i, ""));
    const load = files.length === 0 ? undefined : await deps.openSource(directory).load();
    const entities = load?.kind === "loaded" ? [...load.catalog.views.keys()] : [];
    return { directory, viewFiles, entities: new Set([...stems, ...entities]) };
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    if (error.code === "not-found") return { directory, viewFiles, entities: new Set() };
    io.stderr.line(error.message);
    return undefined;
  }
}

function draftOf({ entities }: Target, name: string, relation: Relation): Draft {
  const entity = draftEntity(name, isEntity(name) ? undefined : entities);
  return { name, entity, text: draftView(relation, { name, entity }) };
}

/** Writes each draft; of a single one that exists the command fails, since nothing was written. */
async function write(
  io: CommandIo,
  { directory, viewFiles, entities }: Target,
  drafts: readonly Draft[],
): Promise<ExitCode> {
  let [written, open, isWhole] = [0, 0, true];
  for (const { name, entity, text } of drafts) {
    if (text === undefined) {
      isWhole = false;
      failed(io, `${JSON.stringify(name)} has no column with a name`);
      continue;
    }
    try {
      const { kind, file } = entities.has(entity)
        ? { kind: "exists", file: directory }
        : await viewFiles.create(directory, `${entity}.yaml`, text);
      if (kind === "exists") {
        isWhole = false;
        failed(io, `${entity} exists already, and is left as it is, in ${file}`);
        continue;
      }
      written += 1;
      open += findPlaceholders(text).length;
      io.stdout.line(file);
    } catch (error) {
      if (!(error instanceof ViewFileError)) throw error;
      return failed(io, error.message);
    }
  }
  const left = `${counted(open, "place")} to fill in: mosaic validate ${directory} lists them`;
  if (written > 0) io.stderr.line(`mosaic: ${counted(written, "view")} written, ${left}`);
  return isWhole ? EXIT.ok : EXIT.invalid;
}

async function notThere(io: CommandIo, database: DescribedDatabase, name: string): Promise<ExitCode> {
  const near = nearName(name, [...(await database.relations()).keys()]);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return failed(io, `${database.name} has no table or view ${JSON.stringify(name)} that may be read${hint}`);
}

function misused(io: CommandIo, detail: string): ExitCode {
  io.stderr.line(`mosaic: ${detail}`);
  return EXIT.usage;
}

function failed(io: CommandIo, detail: string): ExitCode {
  io.stderr.line(`mosaic: ${detail}`);
  return EXIT.invalid;
}
