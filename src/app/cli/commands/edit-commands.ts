import { formatDiagnostic } from "../../../domain/view/diagnostic.ts";
import type { Relation } from "../../../domain/view/relation.ts";
import { CatalogSourceError } from "../../../ports/catalog-source-port.ts";
import type { EditedView, ViewEditor } from "../../../ports/view-editor-port.ts";
import { type ViewFileBytes, ViewFileError } from "../../../ports/view-files-port.ts";
import { directoryOf } from "./catalog-commands.ts";
import { type CommandDeps, type CommandIo, counted, EXIT, type RunCommand } from "./command.ts";
import { isDatabaseUrl, withDatabase } from "./database-commands.ts";

/** `mosaic fix [DIR]`: quotes what `mosaic validate` advises to quote. */
export const fixCommand: RunCommand = async (io, deps, { positionals: [given], flags }) => {
  const files = await listFiles(io, deps, given);
  if (files === undefined) return EXIT.usage;
  const editor = await deps.loadViewEditor();
  const writer = createWriter(io, deps, flags.has("dry-run"));
  let left = 0;
  for (const file of files) {
    const { fixed, left: open, ...edited } = editor.quote(file);
    for (const diagnostic of open) io.stderr.line(formatDiagnostic(diagnostic));
    left += open.length;
    if (fixed.length > 0 && !(await writer.write(file, edited, counted(fixed.length, "text"))))
      return EXIT.invalid;
  }
  const open = left === 0 ? "" : `; ${counted(left, "place")} left for you to decide`;
  io.stderr.line(`mosaic: ${writer.summary("quoted")}${open}`);
  return EXIT.ok;
};

/** `mosaic complete [DIR]`: adds the columns that the database has and a view does not list. */
export const completeCommand: RunCommand = async (io, deps, { positionals: [given], flags }) => {
  if (isDatabaseUrl(io, "complete", given)) return EXIT.usage;
  const files = await listFiles(io, deps, given);
  if (files === undefined) return EXIT.usage;
  const editor = await deps.loadViewEditor();
  const views = files.map((file) => ({ file, view: editor.read(file) }));
  const names = views.flatMap(({ view }) => (view === undefined ? [] : [view.entity]));
  return withDatabase(io, deps, async (database) => {
    const relations = await database.relations({ names });
    const writer = createWriter(io, deps, flags.has("dry-run"));
    let isWhole = true;
    for (const { file, view } of views) {
      const relation = view && relations.get(view.entity);
      if (view !== undefined && relation === undefined) continue;
      const outcome = await complete(io, editor, writer, { file, relation });
      if (outcome === "unwritable") return EXIT.invalid;
      isWhole &&= outcome === "done";
    }
    io.stderr.line(`mosaic: ${writer.summary("completed")}`);
    return isWhole ? EXIT.ok : EXIT.invalid;
  });
};

async function complete(
  io: CommandIo,
  editor: ViewEditor,
  writer: Writer,
  { file, relation }: { readonly file: ViewFileBytes; readonly relation: Relation | undefined },
): Promise<"done" | "refused" | "unwritable"> {
  const added = editor.addColumns(file, relation?.columns ?? []);
  switch (added.kind) {
    case "complete":
      return "done";
    case "refused":
      io.stderr.line(`mosaic: ${file.file} is left as it is: ${added.detail}`);
      return "refused";
    case "added":
      return (await writer.write(file, added, added.names.join(", "))) ? "done" : "unwritable";
  }
}

/** The view files of a folder; undefined after printing an error. */
async function listFiles(
  io: CommandIo,
  { viewFiles }: CommandDeps,
  given: string | undefined,
): Promise<readonly ViewFileBytes[] | undefined> {
  try {
    return await viewFiles.list(directoryOf(io, given));
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    io.stderr.line(error.message);
    return undefined;
  }
}

/** Writes edited files, or prints what would be written. */
interface Writer {
  /** @returns false after printing an error */
  write(file: ViewFileBytes, edited: EditedView, what: string): Promise<boolean>;
  summary(verb: string): string;
}

function createWriter(io: CommandIo, { viewFiles }: CommandDeps, isDry: boolean): Writer {
  let written = 0;
  return {
    async write({ file }, edited, what) {
      written += 1;
      if (isDry) {
        for (const line of diffLines(file, edited)) io.stdout.line(line);
        return true;
      }
      try {
        await viewFiles.replace(file, edited.bytes);
        io.stdout.line(`${file}: ${what}`);
        return true;
      } catch (error) {
        if (!(error instanceof ViewFileError)) throw error;
        io.stderr.line(`mosaic: ${error.message}`);
        return false;
      }
    },
    summary: (verb) => `${counted(written, "file")} ${isDry ? `would be ${verb}` : verb}`,
  };
}

const LINE_BREAK = /\r\n|\n|\r/g;

/** A unified diff without lines of context. */
export function diffLines(
  file: string,
  { before, edits }: Pick<EditedView, "before" | "edits">,
): readonly string[] {
  const lines = [`--- ${file}`, `+++ ${file}`];
  let offset = 0;
  for (let index = 0; index < edits.length; ) {
    const first = edits[index];
    if (first === undefined) break;
    const start = lineStart(before, first.start);
    let end = first.end === start ? start : lineEnd(before, first.end);
    let after = "";
    let from = start;
    for (
      let edit = edits[index];
      edit !== undefined && (edit === first || edit.start < end);
      edit = edits[index]
    ) {
      after += before.slice(from, edit.start) + edit.text;
      from = edit.end;
      end = Math.max(end, edit.end === start ? end : lineEnd(before, edit.end));
      index += 1;
    }
    const removed = linesOf(before.slice(start, end));
    const added = linesOf(after + before.slice(from, end));
    const line = linesOf(before.slice(0, start)).length + 1;
    lines.push(`@@ -${range(line, removed.length)} +${range(line + offset, added.length)} @@`);
    lines.push(...removed.map((text) => `-${text}`), ...added.map((text) => `+${text}`));
    offset += added.length - removed.length;
  }
  return lines;
}

/** Lines without their breaks; the last one may have none. */
function linesOf(text: string): readonly string[] {
  const lines = text.split(LINE_BREAK);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** A range of a diff: for no lines, the line before them. */
function range(line: number, count: number): string {
  return count === 1 ? `${line}` : `${count === 0 ? line - 1 : line},${count}`;
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1), -1) + 1;
}

/** The beginning of the next line. */
function lineEnd(text: string, offset: number): number {
  LINE_BREAK.lastIndex = offset;
  const found = LINE_BREAK.exec(text);
  return found === null ? text.length : found.index + found[0].length;
}
