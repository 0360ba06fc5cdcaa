import { hash } from "node:crypto";
import { CATALOG_BYTES_MAX, CATALOG_VIEWS_MAX, createCatalogInSlices } from "../../domain/catalog/catalog.ts";
import { MANIFEST_BYTES_MAX, MANIFEST_FILE } from "../../domain/signing/manifest.ts";
import { compareDiagnostics, type Diagnostic, toTranslatedTexts } from "../../domain/view/diagnostic.ts";
import type { Entity } from "../../domain/view/entity.ts";
import type { ReaderLanguage } from "../../domain/view/reader-languages.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { createTimeSlices, type TimeSlices } from "../../lib/time-slices.ts";
import {
  type CatalogLoad,
  type CatalogLoadOptions,
  CatalogSourceError,
  throwIfAborted,
} from "../../ports/catalog-source-port.ts";
import { checkTotalFileSize, describeViewsTooLarge, type FileSize } from "./catalog-size.ts";
import { type FileIdentity, isSameIdentity, type UnreadFile, type ViewFile } from "./decode-view-file.ts";
import { describeManifestTooLarge } from "./file-diagnostics.ts";
import { createFilesDigest } from "./files-digest.ts";
import { type ParsedViewFile, readPlainFile } from "./read-plain-file.ts";
import { createDiagnosticMaker } from "./syntax/position.ts";

export interface ParseCatalogOptions {
  /** Diagnostics that were found before parsing. */
  readonly diagnostics?: readonly Diagnostic[];
  /** The manifest beside the views; returned unchanged. */
  readonly manifest?: Uint8Array | undefined;
  /** Whether the result has the digest of the files. */
  readonly shouldDigest?: boolean;
  /** The sizes of the files; without this option, all files are read for their sizes. */
  readonly sizes?: readonly FileSize[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: CatalogLoadOptions["onProgress"];
}

/**
 * Parses all files of a catalog. A file with the same bytes as in the last call is not parsed again, and a file with
 * the same version as in the last call is not even read. Each file is read just before it is parsed, and its bytes are
 * not kept.
 */
export type CatalogParser = (files: CatalogFiles, options?: ParseCatalogOptions) => Promise<CatalogLoad>;

/** The files of a catalog, one at a time: a list would keep an object per file in memory during the whole load. */
export interface CatalogFiles extends Iterable<UnreadFile | ViewFile> {
  readonly length: number;
}

/**
 * Makes the parser of one catalog source.
 *
 * @param name the name of the source in messages; the label of a file is this name and the path
 * @param readers the languages whose YAML readers are compared with Mosaic, in addition to PyYAML
 * @param bytesMax the size limit of all files together, and also of all views together
 */
export function createCatalogParser(
  name: string,
  readers: readonly ReaderLanguage[] = [],
  bytesMax = CATALOG_BYTES_MAX,
): CatalogParser {
  let memo: ReadonlyMap<string, MemoizedFile> = new Map();

  return async (
    files,
    { diagnostics = [], manifest, shouldDigest = false, sizes, signal, onProgress } = {},
  ) => {
    throwIfTooManyFiles(name, files.length);
    const listed =
      sizes ?? Array.from(files, (file) => ({ path: file.path, bytes: readBytesOf(file).byteLength }));
    const tooLarge = checkTotalFileSize(name, listed, bytesMax);
    const refuse = (diagnostic: Diagnostic): CatalogLoad => ({
      kind: "invalid",
      diagnostics: [...diagnostics, diagnostic],
    });
    if (tooLarge !== undefined) return refuse(tooLarge);
    let viewBytes = 0;
    const parsed = new Map<string, MemoizedFile>();
    const slices = createTimeSlices(YIELD_AFTER_MS);
    const yieldIfDue = async (): Promise<void> => {
      if (slices.isOver()) await slices.next();
    };
    const parse = (file: ViewFile) => parseFile(file, `${name}/${file.path}`, { readers });
    for (const file of files) {
      throwIfAborted(name, signal);
      const { path } = file;
      const memoized = memo.get(path);
      const current = reuseUnreadFile(file, memoized) ?? (await parseIfChanged(file, memoized, parse));
      parsed.set(path, current);
      viewBytes += viewBytesOf(current);
      if (viewBytes > bytesMax) return refuse(describeViewsTooLarge(name, listViewSizes(parsed), bytesMax));
      if (current.result !== memoized?.result) onProgress?.(parsed.size, files.length);
      // The clock is not read for each unchanged file, because that takes longer than keeping the file's result.
      if (current !== memoized || parsed.size % FILES_PER_CLOCK_CHECK === 0) await yieldIfDue();
    }
    // The diagnostics are collected in a separate turn of the event loop.
    await slices.next();
    memo = parsed;
    // The loop does not check the signal after the last file, or when there are no files.
    throwIfAborted(name, signal);
    const results = Array.from(parsed.values(), ({ result }) => result);
    const load = await assembleLoad(name, results, { diagnostics, manifest, slices });
    return shouldDigest ? addDigest(load, parsed) : load;
  };
}

function throwIfTooManyFiles(name: string, count: number): void {
  if (count <= CATALOG_VIEWS_MAX) return;
  throw new CatalogSourceError(name, "unreadable", {
    en: `too many files: ${count}, the limit is ${CATALOG_VIEWS_MAX}`,
    pt: `arquivos demais: ${count}, o limite é ${CATALOG_VIEWS_MAX}`,
  });
}

/** How long parsing may block the event loop. */
const YIELD_AFTER_MS = 2;
const FILES_PER_CLOCK_CHECK = 16;

interface MemoizedFile {
  /** The digest of the file's bytes. Keeping the bytes would double the memory of a catalog. */
  readonly digest: string;
  readonly version: FileIdentity | undefined;
  readonly result: ParsedViewFile;
}

function addDigest(load: CatalogLoad, files: ReadonlyMap<string, MemoizedFile>): CatalogLoad {
  if (load.kind === "invalid") return load;
  const digest = createFilesDigest();
  for (const [path, file] of files) digest.add(path, file.digest);
  return { ...load, digest: digest.value() };
}

function listViewSizes(files: ReadonlyMap<string, MemoizedFile>): readonly FileSize[] {
  return Array.from(files, ([path, file]) => ({ path, bytes: viewBytesOf(file) }));
}

function viewBytesOf({ result: { view } }: MemoizedFile): number {
  return view?.canonicalJson.byteLength ?? 0;
}

function fileIdentityOf(file: UnreadFile | ViewFile): FileIdentity | undefined {
  return "version" in file ? file.version : undefined;
}

/** Returns the last result for a file if the file still has the same version: then the file need not be read. */
function reuseUnreadFile(
  file: UnreadFile | ViewFile,
  known: MemoizedFile | undefined,
): MemoizedFile | undefined {
  return isSameIdentity(fileIdentityOf(file), known?.version) ? known : undefined;
}

async function parseFile(
  file: ViewFile,
  label: string,
  options: { readonly readers: readonly ReaderLanguage[] },
): Promise<ParsedViewFile> {
  const reading = readPlainFile(file, label);
  if (reading.kind === "text" && reading.parsed !== undefined && options.readers.length === 0)
    return reading.parsed;
  // Loaded on demand: many catalogs do not need this module, and loading it costs as much as parsing 100 views.
  const { parseViewFile } = await import("./parse-view-file.ts");
  return parseViewFile(file, label, { ...options, reading });
}

async function parseIfChanged(
  file: UnreadFile | ViewFile,
  known: MemoizedFile | undefined,
  parse: (file: ViewFile) => Promise<ParsedViewFile>,
): Promise<MemoizedFile> {
  const { path } = file;
  const version = fileIdentityOf(file);
  const bytes = readBytesOf(file);
  const digest = hash("sha256", bytes);
  const result = known?.digest === digest ? known.result : await parse({ path, bytes });
  return { digest, version, result };
}

function readBytesOf(file: UnreadFile | ViewFile): Uint8Array {
  return "read" in file ? file.read() : file.bytes;
}

async function assembleLoad(
  name: string,
  results: readonly ParsedViewFile[],
  {
    diagnostics: early = [],
    manifest,
    slices,
  }: Pick<ParseCatalogOptions, "diagnostics" | "manifest"> & { readonly slices: TimeSlices },
): Promise<CatalogLoad> {
  let found = [...early, ...results.flatMap(({ diagnostics }) => diagnostics)];
  if (slices.isOver()) await slices.next();
  if (hasDuplicates(results)) found = found.concat(findDuplicates(results));
  const isEmpty = results.length === 0 && !found.some(({ severity }) => severity === "error");
  if (isEmpty) found.push(createDiagnosticMaker(name).atStart(NO_VIEWS_TEXTS));
  if (manifest !== undefined && manifest.byteLength > MANIFEST_BYTES_MAX) {
    found.push(describeManifestTooLarge({ name, path: MANIFEST_FILE }, MANIFEST_BYTES_MAX));
  }
  const diagnostics = found.sort(compareDiagnostics);
  if (diagnostics.some(({ severity }) => severity === "error")) return { kind: "invalid", diagnostics };
  const views = results.flatMap(({ view }) =>
    view === undefined ? [] : [[view.entity, view.canonicalJson] as const],
  );
  if (slices.isOver()) await slices.next();
  const catalog = await createCatalogInSlices(views, slices);
  return { kind: "loaded", catalog, warnings: diagnostics, manifest };
}

const NO_VIEWS_TEXTS = {
  code: "no-views",
  message: {
    en: "the catalog has no *.yaml or *.yml file",
    pt: "o catálogo não tem nenhum arquivo *.yaml ou *.yml",
  },
  hint: {
    en: "add a view, or point VIEWS_DIR at the folder that contains them",
    pt: "acrescente uma view, ou faça VIEWS_DIR indicar a pasta que as contém",
  },
} as const;

/** Maximum number of further files with the same entity that one diagnostic names. */
const OTHER_FILES_SHOWN_MAX = 3;

function hasDuplicates(results: readonly ParsedViewFile[]): boolean {
  const entities = new Set<Entity>();
  return results.some(
    ({ declaration }) => declaration !== undefined && entities.size === entities.add(declaration.entity).size,
  );
}

/**
 * Reports each file whose entity is also defined in other files. The message names up to {@link OTHER_FILES_SHOWN_MAX}
 * of those other files.
 */
function findDuplicates(results: readonly ParsedViewFile[]): readonly Diagnostic[] {
  const declarations = results.flatMap(({ declaration }) => declaration ?? []);
  const byEntity = Map.groupBy(declarations, ({ entity }) => entity);
  return declarations.flatMap(({ entity, file, line, column }) => {
    const same = byEntity.get(entity) ?? [];
    if (same.length < 2) return [];
    const shown = same.slice(0, OTHER_FILES_SHOWN_MAX + 1).filter((other) => other.file !== file);
    const others = shown.slice(0, OTHER_FILES_SHOWN_MAX).map((other) => other.file);
    const rest = same.length - 1 - others.length;
    const [shownEntity, places] = [JSON.stringify(entity), others.join(", ")];
    const message: LocalizedText = {
      en: `the entity ${shownEntity} is also defined in ${places}${rest === 0 ? "" : ` and ${rest} more`}`,
      pt: `a entidade ${shownEntity} também é definida em ${places}${rest === 0 ? "" : ` e em mais ${rest}`}`,
    };
    const hint: LocalizedText = {
      en: "give each view an entity of its own",
      pt: "dê a cada view uma entidade própria",
    };
    const texts = toTranslatedTexts({ message, hint });
    return [
      { severity: "error", code: "duplicate-entity", file, line, column, pointer: "/entity", ...texts },
    ];
  });
}
