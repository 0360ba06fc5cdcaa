import { formatDiagnosticIn } from "../../../domain/view/diagnostic.ts";
import type { Relation } from "../../../domain/view/relation.ts";
import type { Language } from "../../../lib/language.ts";
import { findSimilarName } from "../../../lib/similar-name.ts";
import { CatalogSourceError } from "../../../ports/catalog-source-port.ts";
import { FileWriteError } from "../../../ports/file-write-error.ts";
import type { EditedView, ViewEditor } from "../../../ports/view-editor-port.ts";
import type { ViewFileBytes } from "../../../ports/view-files-port.ts";
import { chooseDirectory, describeSourceError } from "./catalog-commands.ts";
import {
  type CommandDeps,
  type CommandIo,
  EXIT_CODES,
  formatCount,
  quoteShellWord,
  type RunCommand,
} from "./command.ts";
import { isDatabaseUrl, runWithDatabase } from "./database-commands.ts";

/** `mosaic fix [DIR]`: quotes what `mosaic validate` advises to quote. */
export const fixCommand: RunCommand = async (io, deps, { positionals, flags, language }) => {
  const texts = EDIT_TEXTS[language];
  const [given] = positionals;
  const files = await listFiles(io, deps, { given, language });
  if (files === undefined) return EXIT_CODES.usage;
  const editor = await deps.loadViewEditor();
  const writer = createEditWriter(io, deps, { isDryRun: flags.has("dry-run"), language });
  let left = 0;
  let isBroken = false;
  for (const file of files) {
    const { fixed, left: open, ...edited } = editor.quote(file);
    for (const diagnostic of open) io.stderr.line(formatDiagnosticIn(language, diagnostic));
    left += open.length;
    isBroken ||= editor.read({ ...file, bytes: edited.bytes }) === undefined;
    if (fixed.length > 0 && !(await writer.write(file, edited, texts.quotes(fixed.length))))
      return EXIT_CODES.invalid;
  }
  const open = left === 0 ? "" : texts.left(left);
  io.stderr.line(`mosaic: ${writer.summary(texts.quoted)}${open}`);
  if (isBroken) io.stderr.line(`mosaic: ${texts.invalid(quoteShellWord(chooseDirectory(io, given)))}`);
  return EXIT_CODES.ok;
};

/** `mosaic complete [DIR]`: adds the columns that the database has and a view does not list. */
export const completeCommand: RunCommand = async (io, deps, { positionals, flags, language }) => {
  const [given] = positionals;
  if (isDatabaseUrl(io, "complete", given, language)) return EXIT_CODES.usage;
  const files = await listFiles(io, deps, { given, language });
  if (files === undefined) return EXIT_CODES.usage;
  const editor = await deps.loadViewEditor();
  const views = files.map((file) => ({ file, view: editor.read(file) }));
  const names = views.flatMap(({ view }) => (view === undefined ? [] : [view.entity]));
  return runWithDatabase(io, deps, language, async (database) => {
    const relations = await database.relations({ names });
    const writer = createEditWriter(io, deps, { isDryRun: flags.has("dry-run"), language });
    let isWhole = true;
    for (const { file, view } of views) {
      const relation = view && relations.get(view.entity);
      if (view !== undefined && relation === undefined) continue;
      const unknown = describeUnknownColumns(view?.columns ?? [], relation?.columns ?? [], language);
      if (unknown !== undefined) io.stderr.line(`mosaic: ${file.file}: ${unknown}`);
      const outcome = await completeFile(io, editor, writer, { file, relation, language });
      if (outcome === "unwritable") return EXIT_CODES.invalid;
      isWhole &&= outcome === "done";
    }
    io.stderr.line(`mosaic: ${writer.summary(EDIT_TEXTS[language].completed)}`);
    return isWhole ? EXIT_CODES.ok : EXIT_CODES.invalid;
  });
};

/** Maximum number of unknown columns that the message names, each with a similar one if there is any. */
const UNKNOWN_COLUMNS_MAX = 20;

/** Names the columns that only the file has, because one of them may be a misspelt column of the database. */
function describeUnknownColumns(
  listed: readonly string[],
  columns: Relation["columns"],
  language: Language,
): string | undefined {
  const { near: meant, unknown: text } = EDIT_TEXTS[language];
  const names = columns.map(({ name }) => name);
  const known = new Set(names);
  const unknown = listed.filter((name) => !known.has(name));
  if (unknown.length === 0) return undefined;
  const present = new Set(listed);
  const free = names.filter((name) => !present.has(name));
  const shown = unknown.slice(0, UNKNOWN_COLUMNS_MAX).map((name) => {
    const near = findSimilarName(name, free);
    return near === undefined ? name : `${name} (${meant(near)})`;
  });
  return text([...shown, ...(unknown.length > UNKNOWN_COLUMNS_MAX ? ["…"] : [])].join(", "));
}

interface CompletionTarget {
  readonly file: ViewFileBytes;
  readonly relation: Relation | undefined;
  readonly language: Language;
}

async function completeFile(
  io: CommandIo,
  editor: ViewEditor,
  writer: EditWriter,
  { file, relation, language }: CompletionTarget,
): Promise<"done" | "refused" | "unwritable"> {
  const added = editor.addColumns(file, relation?.columns ?? []);
  switch (added.kind) {
    case "complete":
      return "done";
    case "refused":
      io.stderr.line(`mosaic: ${file.file} ${EDIT_TEXTS[language].unchanged}: ${added.detail[language]}`);
      return "refused";
    case "added":
      return (await writer.write(file, added, added.names.join(", "))) ? "done" : "unwritable";
  }
}

/** The view files of a folder; undefined after printing an error. */
async function listFiles(
  io: CommandIo,
  { viewFiles }: CommandDeps,
  { given, language }: { readonly given: string | undefined; readonly language: Language },
): Promise<readonly ViewFileBytes[] | undefined> {
  const directory = chooseDirectory(io, given);
  try {
    return await viewFiles.list(directory);
  } catch (error) {
    if (!(error instanceof CatalogSourceError)) throw error;
    io.stderr.line(describeSourceError(error, directory, language));
    return undefined;
  }
}

/** Writes edited files; with `--dry-run`, prints the diffs instead. */
interface EditWriter {
  /** @returns false after printing an error */
  write(file: ViewFileBytes, edited: EditedView, what: string): Promise<boolean>;
  summary(texts: (typeof EDIT_TEXTS)[Language]["completed"]): string;
}

function createEditWriter(
  io: CommandIo,
  { viewFiles }: CommandDeps,
  { isDryRun, language }: { readonly isDryRun: boolean; readonly language: Language },
): EditWriter {
  let written = 0;
  return {
    async write({ file }, edited, what) {
      written += 1;
      if (isDryRun) {
        for (const line of createDiffLines(file, edited)) io.stdout.line(line);
        return true;
      }
      try {
        await viewFiles.replace(file, edited.bytes);
        io.stdout.line(`${file}: ${what}`);
        return true;
      } catch (error) {
        if (!(error instanceof FileWriteError)) throw error;
        io.stderr.line(`mosaic: ${error.texts[language]}`);
        return false;
      }
    },
    summary: ({ done, planned }) => (isDryRun ? planned : done)(written),
  };
}

export const EDIT_TEXTS = {
  en: {
    quotes: (texts: number) => formatCount(texts, "text"),
    left: (places: number) => `; ${formatCount(places, "place")} left for you to decide`,
    unchanged: "is left as it is",
    invalid: (directory: string) => `the catalog still has errors: see mosaic validate ${directory}`,
    unknown: (names: string) => `the database has no column ${names}`,
    near: (name: string) => `did you mean ${name}?`,
    quoted: {
      done: (files: number) => `${formatCount(files, "file")} quoted`,
      planned: (files: number) => `${formatCount(files, "file")} would be quoted`,
    },
    completed: {
      done: (files: number) => `${formatCount(files, "file")} completed`,
      planned: (files: number) => `${formatCount(files, "file")} would be completed`,
    },
  },
  pt: {
    quotes: (texts: number) => formatCount(texts, "texto"),
    left: (places: number) => `; ${formatCount(places, "ponto fica", "pontos ficam")} para você decidir`,
    unchanged: "fica como está",
    invalid: (directory: string) => `o catálogo ainda tem erros: veja mosaic validate ${directory}`,
    unknown: (names: string) => `o banco não tem a coluna ${names}`,
    near: (name: string) => `quis dizer ${name}?`,
    quoted: {
      done: (files: number) => `aspas postas em ${formatCount(files, "arquivo")}`,
      planned: (files: number) => `aspas seriam postas em ${formatCount(files, "arquivo")}`,
    },
    completed: {
      done: (files: number) => formatCount(files, "arquivo completado", "arquivos completados"),
      planned: (files: number) =>
        formatCount(files, "arquivo seria completado", "arquivos seriam completados"),
    },
  },
};

const LINE_BREAK = /\r\n|\n|\r/g;

/** A unified diff without lines of context. */
export function createDiffLines(
  file: string,
  { before, edits }: Pick<EditedView, "before" | "edits">,
): readonly string[] {
  const lines = [`--- ${file}`, `+++ ${file}`];
  let offset = 0;
  for (let index = 0; index < edits.length; ) {
    const first = edits[index];
    if (first === undefined) break;
    const start = findLineStart(before, first.start);
    let end = first.end === start ? start : findLineEnd(before, first.end);
    let after = "";
    let from = start;
    for (
      let edit = edits[index];
      edit !== undefined && (edit === first || edit.start < end);
      edit = edits[index]
    ) {
      after += before.slice(from, edit.start) + edit.text;
      from = edit.end;
      end = Math.max(end, edit.end === start ? end : findLineEnd(before, edit.end));
      index += 1;
    }
    const removed = splitLines(before.slice(start, end));
    const added = splitLines(after + before.slice(from, end));
    const line = splitLines(before.slice(0, start)).length + 1;
    lines.push(`@@ -${formatRange(line, removed.length)} +${formatRange(line + offset, added.length)} @@`);
    lines.push(...removed.map((text) => `-${text}`), ...added.map((text) => `+${text}`));
    offset += added.length - removed.length;
  }
  return lines;
}

/** Splits a text into lines, without their line breaks; the last line may lack a line break. */
function splitLines(text: string): readonly string[] {
  const lines = text.split(LINE_BREAK);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** The line range in a diff; an empty range is given by the line before it. */
function formatRange(line: number, count: number): string {
  return count === 1 ? `${line}` : `${count === 0 ? line - 1 : line},${count}`;
}

function findLineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1), -1) + 1;
}

/** The offset at which the next line begins. */
function findLineEnd(text: string, offset: number): number {
  LINE_BREAK.lastIndex = offset;
  const found = LINE_BREAK.exec(text);
  return found === null ? text.length : found.index + found[0].length;
}
