/**
 * Whether a client already has the representation that an ETag names.
 *
 * @param ifNoneMatch the header's value: `*`, or ETags separated by commas, weak ones included
 * @param etag a strong ETag with its quotes
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match
 */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === "*") return true;
  return [...ifNoneMatch.matchAll(ENTITY_TAG)].some(([, opaque]) => opaque === etag);
}

/** The opaque part of an entity tag; a comma inside the quotes belongs to it. */
const ENTITY_TAG = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;
