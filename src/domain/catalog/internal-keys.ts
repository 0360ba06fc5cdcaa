import { sameBytes } from "../../lib/same-bytes.ts";
import { canonicalText } from "../json/canonical-json.ts";
import { isJsonObject, type JsonValue, setOwn } from "../json/json-value.ts";
import { readStoredJson } from "../json/read-stored-json.ts";
import type { Catalog } from "./catalog.ts";

/** The prefix of keys that programs add to a view: the path of its file, whether its signature verified. */
const PREFIX = "__";
/** The form in canonical JSON, for a key and for a value. */
const QUOTED_PREFIX = `"${PREFIX}`;

/**
 * A view without the keys that begin with `__`, as canonical JSON again, its number tokens kept. Keys of nested objects stay:
 * they are the author's.
 *
 * @param canonicalJson the view's canonical JSON in UTF-8; returned as it is when it has no such keys
 */
export function withoutInternalKeys(canonicalJson: Uint8Array): Uint8Array {
  const bytes = Buffer.from(canonicalJson.buffer, canonicalJson.byteOffset, canonicalJson.byteLength);
  // Fast path for most views: searching costs about a hundredth of parsing.
  if (!bytes.includes(QUOTED_PREFIX)) return canonicalJson;
  const view = readStoredJson(canonicalJson);
  if (!isJsonObject(view)) return canonicalJson;
  const members = Object.entries(view);
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of members) if (!key.startsWith(PREFIX)) setOwn(kept, key, value);
  if (Object.keys(kept).length === members.length) return canonicalJson;
  return new TextEncoder().encode(canonicalText(kept));
}

/** Whether two catalogs have the same views but for their internal keys. */
export function sameWithoutInternalKeys(left: Catalog, right: Catalog): boolean {
  if (left.hash === right.hash) return true;
  if (left.views.size !== right.views.size) return false;
  for (const [entity, ours] of left.views) {
    const theirs = right.views.get(entity);
    if (theirs === undefined) return false;
    if (!sameBytes(ours, theirs) && !sameBytes(withoutInternalKeys(ours), withoutInternalKeys(theirs)))
      return false;
  }
  return true;
}
