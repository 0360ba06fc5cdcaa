import { setImmediate as nextTurn } from "node:timers/promises";
import { type Catalog, removeInternalKeys } from "../../../domain/catalog/catalog.ts";
import type { Entity } from "../../../domain/view/entity.ts";
import { listColumnNames, parseView } from "../../../domain/view/view.ts";
import type { DeepReadonly } from "../../../lib/deep-readonly.ts";
import type { ListedView, ViewColumns } from "../api/catalog-api.ts";
import { createHashedBody, memoizeByKey } from "../responses/cached-response.ts";
import {
  type Coding,
  createPreparedBody,
  joinBytes,
  type PreparedBody,
} from "../responses/representations.ts";

export interface PreparedView extends PreparedBody {
  /** The view with its `__` keys, for requests with the admin token; undefined if the view has no such keys. */
  readonly whole: PreparedBody | undefined;
}

/** The responses of the catalog routes. Each is built on first use, once per catalog. */
export interface CatalogResponses {
  /** `{hash, items}`: every view with its description, identifiers and column names. */
  listing(): PreparedBody | Promise<PreparedBody>;
  /**
   * Makes the listing before the first request, in the codings that clients requested for the previous
   * catalog.
   */
  prepareListing(previous: CatalogResponses): Promise<void>;
  /** The codings in which clients have requested the listing; undefined before the first request. */
  listingCodings(): readonly Coding[] | undefined;
  /** The view, without internal keys. */
  view(entity: string): PreparedView | undefined;
  /** `{entity, columns}`. */
  columns(entity: string): PreparedBody | undefined;
}

/**
 * The number of views that are read in one turn while the listing is built. Between turns, requests are served.
 */
const VIEWS_PER_SLICE = 100;
/** A turn also ends after this many characters, because views may be large. */
const CHARACTERS_PER_SLICE = 1024 * 1024;

/** Makes a function that returns the responses of a catalog, always the same for one catalog. */
export function createCatalogResponses(): (catalog: Catalog) => CatalogResponses {
  return memoizeByKey(createResponses);
}

function createResponses(catalog: Catalog): CatalogResponses {
  const views = new Map<string, PreparedView>();
  const columns = new Map<string, PreparedBody>();
  let listing: PreparedBody | Promise<PreparedBody> | undefined;

  function view(entity: string): PreparedView | undefined {
    const known = views.get(entity);
    if (known !== undefined) return known;
    const published = catalog.views.get(entity as Entity) as Uint8Array<ArrayBuffer> | undefined;
    if (published === undefined) return undefined;
    const body = removeInternalKeys(published) as Uint8Array<ArrayBuffer>;
    const whole = body === published ? undefined : createHashedBody(published);
    const prepared = { ...createHashedBody(body), whole };
    views.set(entity, prepared);
    return prepared;
  }

  return {
    view,
    listingCodings() {
      if (listing === undefined) return undefined;
      return "then" in listing ? [] : (listing.coded?.requestedCodings() ?? []);
    },
    async prepareListing(previous) {
      const codings = previous.listingCodings();
      if (codings === undefined) return;
      const { coded } = await this.listing();
      for (const coding of codings) await coded?.of(coding);
    },
    listing() {
      if (listing === undefined) {
        const making = createListing(catalog);
        listing = making;
        // Later requests get the listing without a promise; after a failure, the next request tries again.
        making.then(
          (prepared) => {
            listing = prepared;
          },
          () => {
            listing = undefined;
          },
        );
      }
      return listing;
    },
    columns(entity) {
      const known = columns.get(entity);
      const authored = known === undefined ? view(entity) : undefined;
      if (authored === undefined) return known;
      const answer: DeepReadonly<ViewColumns> = {
        entity,
        columns: listColumnNames(parseView(authored.body)),
      };
      const prepared = createPreparedBody(new TextEncoder().encode(JSON.stringify(answer)), authored.etag);
      columns.set(entity, prepared);
      return prepared;
    },
  };
}

async function createListing(catalog: Catalog): Promise<PreparedBody> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let text = `{"hash":"${catalog.hash}","items":[`;
  let separator = "";
  let turnViews = 0;
  for (const [entity, canonicalJson] of catalog.views) {
    const view = parseView(canonicalJson);
    const { description = null, identifiers } = view;
    const item: DeepReadonly<ListedView> = {
      entity,
      description,
      identifiers,
      columns: listColumnNames(view),
    };
    text += separator + JSON.stringify(item);
    separator = ",";
    turnViews += 1;
    if (turnViews < VIEWS_PER_SLICE && text.length < CHARACTERS_PER_SLICE) continue;
    // Bytes and not strings, because the string of a large listing takes up to twice the memory.
    parts.push(encoder.encode(text));
    text = "";
    turnViews = 0;
    await nextTurn();
  }
  parts.push(encoder.encode(`${text}]}`));
  return createPreparedBody(joinBytes(parts), `"${catalog.hash}"`);
}
