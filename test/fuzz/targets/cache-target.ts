import fc from "fast-check";
import { createCatalog } from "../../../src/domain/catalog/catalog.ts";
import { canonicalText } from "../../../src/domain/json/canonical-json.ts";
import { isJsonObject } from "../../../src/domain/json/json-value.ts";
import { readStoredJson } from "../../../src/domain/json/parse-json.ts";
import { readState } from "../../../src/domain/release/publication-state.ts";
import { REVISION_MAX } from "../../../src/domain/release/revision.ts";
import { findViewError } from "../../../src/domain/view/check-view.ts";
import { isEntity } from "../../../src/domain/view/entity.ts";
import { publicationOf, readPublication, textsOf } from "../../support/publication.ts";
import { catalogOf } from "../../support/signed-catalog.ts";
import { must, pureTarget } from "../fuzz-target.ts";
import { hugeText, mutatedBytes, mutatedText, rarely } from "../inputs/hostile-text.ts";
import { hugeJson, mutatedJson } from "../inputs/json-text.ts";

/** What a cache holds instead of a publication: some of its values replaced, and some gone. */
export interface CacheInput {
  /** By key; undefined where there is nothing. */
  readonly values: Readonly<Record<string, Uint8Array | undefined>>;
}

const TRUE = textsOf(publicationOf(catalogOf({ view_a: "a", view_b: "b" })));
const KEYS = Object.keys(TRUE);

const change = fc.constantFrom(...KEYS).chain((key) => {
  const text = TRUE[key] ?? "";
  const parsed: unknown = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text;
  const often = fc.oneof(mutatedJson(fc.constant(parsed)), mutatedText(fc.constant(text)));
  const texts = rarely(200, { often, seldom: fc.oneof(hugeJson(4_200_000), hugeText(4_200_000)) });
  const bytes = rarely(10, { often: mutatedBytes(texts), seldom: fc.constant(undefined) });
  return bytes.map((value): readonly [string, Uint8Array | undefined] => [key, value]);
});
const inputs: fc.Arbitrary<CacheInput> = fc
  .array(change, { maxLength: 3 })
  .map((changes) => ({ values: Object.fromEntries(changes) }));

/** What a cache holds is a catalog of just the hash that it claims, or refused for a reason. */
export function checkCache({ values }: CacheInput): string {
  const publication = new Map(publicationOf(catalogOf({ view_a: "a", view_b: "b" })));
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) publication.delete(key);
    else publication.set(key, value);
  }
  const revision = readState(publication.get("catalog:state"))?.revision;
  must(revision === undefined || (revision >= 1 && revision <= REVISION_MAX), "a revision is in its range");
  const read = readPublication(publication);
  if (read.kind === "rejected") {
    must(read.detail.length < 2_000, "the reason is short");
    return read.reason;
  }
  if (read.kind === "absent") return "absent";
  const { catalog } = read;
  must(
    new TextDecoder().decode(publication.get("views:hash")) === catalog.hash,
    "the hash is the one that is claimed",
  );
  must(createCatalog(catalog.views).hash === catalog.hash, "the views have that hash");
  for (const [entity, bytes] of catalog.views) {
    const value = readStoredJson(bytes);
    must(isEntity(entity), "an entity is one");
    must(isJsonObject(value) && findViewError(value) === undefined, "a view passes the check");
    must(canonicalText(value) === new TextDecoder().decode(bytes), "a view is canonical");
  }
  return "verified";
}

export const CACHE_TARGET = pureTarget({ name: "cache", inputs, check: checkCache });
