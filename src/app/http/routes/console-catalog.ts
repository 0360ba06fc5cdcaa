import type { Catalog } from "../../../domain/catalog/catalog.ts";
import type { Entity } from "../../../domain/view/entity.ts";
import { columnNames, parseView, type View } from "../../../domain/view/view.ts";
import type { ConsolePart } from "../api/console-api.ts";
import type { DeepReadonly } from "../api/replies.ts";
import { createCodedForms, type Forms, type Representation } from "../responses/representations.ts";

/** A catalog in parts that are small enough to be built in one turn. */
export interface ConsoleCatalog {
  /**
   * The forms of a part: the plain one is built when it is sent and not kept, the compressed ones are kept.
   */
  part(index: number): Forms | undefined;
}

/** Maximum canonical JSON in a part, in bytes, unless one view has more: parsing it must not delay other requests. */
const PART_BYTES_MAX = 512 * 1024;
const PART_VIEWS_MAX = 200;
/** The console is usable once it has the first part: a screen or two of views. */
const FIRST_PART_BYTES_MAX = 128 * 1024;
const FIRST_PART_VIEWS_MAX = 40;

/** Returns the parts of a catalog, the same at every call. */
export function createConsoleCatalogs(): (catalog: Catalog) => ConsoleCatalog {
  const made = new WeakMap<Catalog, ConsoleCatalog>();
  return (catalog) => {
    const known = made.get(catalog);
    if (known !== undefined) return known;
    const cut = cutCatalog(catalog);
    made.set(catalog, cut);
    return cut;
  };
}

function cutCatalog({ hash, views }: Catalog): ConsoleCatalog {
  const entries = [...views];
  const starts = partStarts(entries);
  const parts = new Map<number, Forms>();

  function partFrom(start: number, index: number): Forms {
    const etag = `"${hash}-${index}"`;
    const plain = (): Representation => {
      const items = entries.slice(start, starts[index + 1]).map(([entity, json]) => describe(entity, json));
      const part: DeepReadonly<ConsolePart> = { hash, total: entries.length, starts, items };
      const body = new TextEncoder().encode(JSON.stringify(part));
      return { body, etag, length: String(body.byteLength) };
    };
    return { etag, plain, coded: createCodedForms(etag, plain) };
  }

  return {
    part(index) {
      const start = starts[index];
      const known = parts.get(index);
      if (known !== undefined || start === undefined) return known;
      const part = partFrom(start, index);
      parts.set(index, part);
      return part;
    },
  };
}

/** The start of each part; a catalog without views has one part, which is empty. */
function partStarts(entries: readonly (readonly [Entity, Uint8Array])[]): readonly number[] {
  const starts = [0];
  let start = 0;
  let bytes = 0;
  for (const [index, [, json]] of entries.entries()) {
    const [bytesMax, viewsMax] =
      start === 0 ? [FIRST_PART_BYTES_MAX, FIRST_PART_VIEWS_MAX] : [PART_BYTES_MAX, PART_VIEWS_MAX];
    const isFull = index - start >= viewsMax || bytes + json.byteLength > bytesMax;
    if (isFull && index > start) {
      starts.push(index);
      start = index;
      bytes = 0;
    }
    bytes += json.byteLength;
  }
  return starts;
}

function describe(entity: Entity, canonicalJson: Uint8Array) {
  const view = parseView(canonicalJson);
  const { identifiers } = view;
  return {
    entity,
    description: view.description ?? "",
    identifiers,
    columns: columnNames(view),
    aliases: columnAliases(view),
    words: askWords(view),
  };
}

function columnAliases({ columns }: View): readonly string[] {
  return columns.flatMap((column) =>
    typeof column !== "string" && typeof column.alias === "string" ? [column.alias] : [],
  );
}

/** The view's vocabulary for questions; the view's check guarantees its types. */
interface Ask {
  readonly intents?: readonly string[] | null;
  readonly keywords?: readonly string[] | null;
  readonly synonyms?: Readonly<Record<string, readonly string[] | string | null>> | null;
  readonly latest_words?: readonly string[] | null;
}

function askWords(view: View): readonly string[] {
  const { intents, keywords, synonyms, latest_words } = (view.ask ?? {}) as Ask;
  const ofSynonyms = Object.entries(synonyms ?? {}).flatMap(([word, others]) => [word, ...listOf(others)]);
  return [...new Set([...(intents ?? []), ...(keywords ?? []), ...ofSynonyms, ...(latest_words ?? [])])];
}

/** A single string is equal to a list of one. */
function listOf(others: readonly string[] | string | null): readonly string[] {
  return typeof others === "string" ? [others] : (others ?? []);
}
