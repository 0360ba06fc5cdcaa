import { type Diagnostic, formatDiagnostic } from "../domain/view/diagnostic.ts";
import {
  type CatalogLoad,
  CatalogSourceError,
  type CatalogSourcePort,
} from "../ports/catalog-source-port.ts";
import type { ConformanceCase } from "./conformance-test.ts";
import { expect, rejectionOf } from "./expect.ts";

/** YAML text by path. */
export type SourceFiles = Readonly<Record<string, string>>;

/** An open source, with control over its files. */
export interface OpenedCatalogSource {
  readonly source: CatalogSourcePort;
  /** Replaces all its files. */
  replace(files: SourceFiles): Promise<void> | void;
  close(): PromiseLike<void> | void;
}

export type OpenCatalogSource = (files: SourceFiles) => Promise<OpenedCatalogSource>;

export type CatalogSourceCase = ConformanceCase<OpenCatalogSource>;

/**
 * Converts a load to plain data: view texts by entity, diagnostics as lines without the source's name, and the
 * manifest's text.
 */
export function toComparable(load: CatalogLoad, source: CatalogSourcePort): unknown {
  const lines = (diagnostics: readonly Diagnostic[]) =>
    diagnostics.map((diagnostic) => formatDiagnostic(diagnostic).replaceAll(`${source.name}/`, ""));
  if (load.kind === "invalid")
    return { kind: load.kind, members: Object.keys(load).sort(), lines: lines(load.diagnostics) };
  const views = [...load.catalog.views].map(([entity, bytes]) => [entity, new TextDecoder().decode(bytes)]);
  const manifest = load.manifest && new TextDecoder("utf-8", { ignoreBOM: true }).decode(load.manifest);
  return { kind: load.kind, views, lines: lines(load.warnings), manifest };
}

/** A load as plain data. Each view is given by its JSON, or by the only column of a {@link view}. */
export const loaded = (
  views: Readonly<Record<string, string>>,
  lines: readonly string[] = [],
  manifest?: string,
) => ({
  kind: "loaded",
  views: Object.entries(views).map(([entity, text]) => [
    entity,
    text.startsWith("{") ? text : `{"columns": ["${text}"], "identifiers": ["${text}"]}`,
  ]),
  lines,
  manifest,
});
export const invalid = (...lines: readonly string[]) => ({
  kind: "invalid",
  members: ["diagnostics", "kind"],
  lines,
});

export const view = (column: string): string => `columns: [${column}]\nidentifiers: [${column}]\n`;

export const MISSING_COLUMNS =
  'error: "columns" is missing; add columns: [ticker, close_price] [field-missing at /columns]';
export const unknownColumn = (column: string): string =>
  `warning: "default_date_field" names "${column}", which is not a column of this view; ` +
  "write the name of a column of this view, or add the column [column-unknown at /default_date_field]";
export const duplicate = (entity: string, others: string): string =>
  `error: the entity "${entity}" is also defined in ${others}; give each view an entity of its own [duplicate-entity at /entity]`;

export interface Opened {
  readonly source: CatalogSourcePort;
  replace(files: SourceFiles): Promise<void> | void;
  /** Loads the catalog as plain data. */
  load(): Promise<unknown>;
}

export function catalogSourceCase(
  name: string,
  files: SourceFiles,
  use: (opened: Opened) => Promise<void>,
): CatalogSourceCase {
  const run = async (open: OpenCatalogSource): Promise<void> => {
    const { source, replace, close } = await open(files);
    try {
      await use({ source, replace, load: async () => toComparable(await source.load(), source) });
    } finally {
      await close();
    }
  };
  return { name, run };
}

export async function hashOf(source: CatalogSourcePort): Promise<string> {
  const load = await source.load();
  return load.kind === "loaded" ? load.catalog.hash : load.kind;
}

export async function expectAborted(call: Promise<unknown>, cause: unknown): Promise<void> {
  const error = await rejectionOf(call);
  expect(error).toBeInstanceOf(CatalogSourceError);
  expect(error).toMatchObject({ name: "CatalogSourceError", code: "aborted", cause });
}
