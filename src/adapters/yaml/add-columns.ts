import { isMap, isNode, isScalar, isSeq, LineCounter, type YAMLSeq } from "yaml";
import { canonicalText } from "../../domain/json/canonical-json.ts";
import { isJsonObject, type JsonObject } from "../../domain/json/json-value.ts";
import { parseJson } from "../../domain/json/parse-json.ts";
import { toYamlScalar, writeColumn } from "../../domain/view/draft-view.ts";
import type { RelationColumn } from "../../domain/view/relation.ts";
import { listColumnNames, parseView } from "../../domain/view/view.ts";
import type { LocalizedText } from "../../lib/language.ts";
import type { AddedColumns, EditableView, TextEdit, ViewEditor } from "../../ports/view-editor-port.ts";
import type { ViewFileBytes } from "../../ports/view-files-port.ts";
import { parseViewFile } from "./parse-view-file.ts";
import { applyEdits, decodeForEdit, quoteScalars } from "./quote-scalars.ts";
import { composeYaml } from "./syntax/compose.ts";

export const YAML_VIEW_EDITOR: ViewEditor = {
  read: readView,
  entityOf: ({ path, file, bytes }) => parseViewFile({ path, bytes }, file).declaration?.entity,
  quote: quoteScalars,
  addColumns,
};

const NOT_LOADED_DETAIL: LocalizedText = {
  en: "the view does not load; mosaic validate shows why",
  pt: "a view não carrega; mosaic validate mostra por quê",
};
const ALIASED_COLUMNS_DETAIL: LocalizedText = {
  en: "its columns are an alias of another list",
  pt: "suas colunas são um alias de outra lista",
};
const UNSUPPORTED_FORM_DETAIL: LocalizedText = {
  en: "its columns are written in a form that mosaic complete cannot extend",
  pt: "suas colunas estão escritas em uma forma que mosaic complete não consegue estender",
};

interface LoadedView extends EditableView {
  readonly value: JsonObject;
  readonly warnings: number;
}

function readView({ path, file, bytes }: ViewFileBytes): LoadedView | undefined {
  const { view, diagnostics } = parseViewFile({ path, bytes }, file);
  if (view === undefined) return undefined;
  const value = parseJson(new TextDecoder().decode(view.canonicalJson));
  if (!isJsonObject(value)) return undefined;
  const columns = listColumnNames(parseView(view.canonicalJson));
  return { entity: view.entity, columns, value, warnings: diagnostics.length };
}

function addColumns(file: ViewFileBytes, all: readonly RelationColumn[]): AddedColumns {
  const before = readView(file);
  const original = decodeForEdit(file.bytes);
  if (before === undefined || original === undefined) return { kind: "refused", detail: NOT_LOADED_DETAIL };
  const known = new Set(before.columns);
  const missing = all.filter(({ name }) => name !== "" && !known.has(name));
  if (missing.length === 0) return { kind: "complete" };
  const list = findColumnList(original.text);
  if (list === undefined) return { kind: "refused", detail: ALIASED_COLUMNS_DETAIL };
  const places = groupByPredecessor(missing, all, before.columns);
  const edits = [...places].map(([index, columns]) =>
    createInsertion(original.text, list, { index, columns, hasBareNames: hasBareNames(before) }),
  );
  const edited = applyEdits(
    original,
    edits.toSorted((one, other) => one.start - other.start),
  );
  const after = readView({ ...file, bytes: edited.bytes });
  if (after === undefined || after.warnings > before.warnings || !hasOnlyNewColumns(before, after, places))
    return { kind: "refused", detail: UNSUPPORTED_FORM_DETAIL };
  return { kind: "added", names: missing.map(({ name }) => name), ...edited };
}

/** Groups the new columns by the index of the column that they follow; -1 for the beginning of the list. */
function groupByPredecessor(
  missing: readonly RelationColumn[],
  all: readonly RelationColumn[],
  present: readonly string[],
): ReadonlyMap<number, readonly RelationColumn[]> {
  const indexes = new Map(present.map((name, index) => [name, index]));
  const order = all.map(({ name }) => name);
  return Map.groupBy(missing, ({ name }) => {
    const before = order.slice(0, order.indexOf(name)).findLast((other) => indexes.has(other));
    return before === undefined ? -1 : (indexes.get(before) ?? -1);
  });
}

/** Whether each column is written as its name alone, not as an object. */
function hasBareNames({ value }: LoadedView): boolean {
  return Array.isArray(value.columns) && value.columns.every((column) => typeof column === "string");
}

function findColumnList(text: string): YAMLSeq | undefined {
  const composed = composeYaml(text.replace(/\r(?!\n)/g, "\n"), new LineCounter());
  const root = composed.kind === "document" ? composed.document.contents : undefined;
  if (!isMap(root)) return undefined;
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === "columns");
  return isSeq(pair?.value) ? pair.value : undefined;
}

interface ColumnInsertion {
  /** The index of the item before the new columns; -1 for the beginning of the list. */
  readonly index: number;
  readonly columns: readonly RelationColumn[];
  readonly hasBareNames: boolean;
}

function createInsertion(
  text: string,
  list: YAMLSeq,
  { index, columns, hasBareNames }: ColumnInsertion,
): TextEdit {
  const rangeOf = (item: unknown): readonly [number, number] => {
    const [start = 0, end = 0] = (isNode(item) ? item.range : undefined) ?? [];
    return [start, end];
  };
  if (list.flow === true) {
    const names = columns.map(({ name }) => toYamlScalar(name)).join(", ");
    const [first] = rangeOf(list.items[0]);
    if (index === -1) return { start: first, end: first, text: `${names}, ` };
    const [, end] = rangeOf(list.items[index]);
    return { start: end, end, text: `, ${names}` };
  }
  const [firstStart] = rangeOf(list.items[0]);
  const dash = text.lastIndexOf("-", firstStart - 1);
  const lineStart = Math.max(text.lastIndexOf("\n", dash), text.lastIndexOf("\r", dash)) + 1;
  const indent = text.slice(lineStart, dash);
  const lines = columns.flatMap((column) =>
    hasBareNames ? [`  - ${toYamlScalar(column.name)}`] : writeColumn(column),
  );
  const lineBreak = /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
  const block = lines.map((line) => `${indent}${line.slice(2)}`).join(lineBreak);
  if (index === -1) return { start: lineStart, end: lineStart, text: `${block}${lineBreak}` };
  const [, end] = rangeOf(list.items[index]);
  return insertAfterLine(text, end, { block, lineBreak });
}

/** Inserts a block after the line in which an item ends. A block scalar ends at the beginning of the next line. */
function insertAfterLine(
  text: string,
  end: number,
  { block, lineBreak }: { readonly block: string; readonly lineBreak: string },
): TextEdit {
  if (/[\r\n]/.test(text.charAt(end - 1))) return { start: end, end, text: `${block}${lineBreak}` };
  const rest = /\r\n|\n|\r/g;
  rest.lastIndex = end;
  const found = rest.exec(text);
  if (found === null) return { start: text.length, end: text.length, text: `${lineBreak}${block}` };
  const start = found.index + found[0].length;
  return { start, end: start, text: `${block}${lineBreak}` };
}

/** Whether the new columns are the only difference, and each is at its expected index. */
function hasOnlyNewColumns(
  before: LoadedView,
  after: LoadedView,
  places: ReadonlyMap<number, readonly RelationColumn[]>,
): boolean {
  const namesAt = (index: number): readonly string[] => (places.get(index) ?? []).map(({ name }) => name);
  const expected = [...namesAt(-1), ...before.columns.flatMap((name, index) => [name, ...namesAt(index)])];
  if (JSON.stringify(expected) !== JSON.stringify(after.columns)) return false;
  const old = new Set(before.columns);
  const columns = after.value.columns as readonly (JsonObject | string)[];
  const kept = columns.filter((column) => old.has(String(typeof column === "string" ? column : column.name)));
  return canonicalText(before.value) === canonicalText({ ...after.value, columns: kept });
}
