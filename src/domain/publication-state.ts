import { createHash } from "node:crypto";
import { canonicalText } from "./canonical-json.ts";
import type { CatalogHash } from "./catalog.ts";
import { isJsonObject } from "./json-value.ts";
import { readStoredJson, readStoredText } from "./read-stored-json.ts";

/** The largest revision; what claims more is no revision, so that there always is a next one. */
export const REVISION_MAX = 1_000_000_000_000_000;

const FIRST_FOUND = 2;

/**
 * The revision of a publication that somebody asked for: odd, and higher than all before it.
 *
 * @param before the highest known; 0 before any
 */
export function nextRevision(before: number): number {
  const above = Math.max(before, FIRST_FOUND) + 1;
  return Math.min(above % 2 === 1 ? above : above + 1, REVISION_MAX - 1);
}

/**
 * The revision of what a replica publishes because it found nothing better when it started: even, and lower than that of the
 * last publication that somebody asked for. So whoever still serves that one puts it back.
 *
 * @param seen what the damaged or unfinished publication in the cache says of itself
 */
export function foundRevision(seen: number | undefined): number {
  const known = Math.max(seen ?? 0, FIRST_FOUND);
  return known - (known % 2);
}

/** Raised when what "checked" promises changes, so that older promises no longer count. */
const STATE_VERSION = 1;

/** What a Mosaic replica says of its publication; a claim, as all that lies in a cache. */
export interface PublicationState {
  readonly hash: string;
  /** Undefined when it has none, or none that can be one. */
  readonly revision: number | undefined;
  /** See {@link digestManifest}; "" for a publication without a manifest. */
  readonly manifestDigest: string;
}

/** Names the bytes of a manifest: lower-case hex SHA-256, or "" without one. */
export function digestManifest(manifest: Uint8Array | undefined): string {
  return manifest === undefined ? "" : createHash("sha256").update(manifest).digest("hex");
}

/** Writes the state of a publication. */
export function encodeState(
  hash: CatalogHash,
  { revision, manifest }: { readonly revision: number; readonly manifest: Uint8Array | undefined },
): Uint8Array {
  const digest = manifest === undefined ? {} : { manifest: digestManifest(manifest) };
  const state = { hash, ...digest, revision: BigInt(revision), version: BigInt(STATE_VERSION) };
  return new TextEncoder().encode(canonicalText(state));
}

/** The largest state, in bytes: several times what one takes. */
export const STATE_BYTES_MAX = 4 * 1024;

/** Reads the state of a publication; undefined without one, for one of another version, and for what is too large to be one. */
export function readState(bytes: Uint8Array | undefined): PublicationState | undefined {
  if (bytes === undefined || bytes.byteLength > STATE_BYTES_MAX) return undefined;
  const state = readStoredJson(bytes);
  if (!isJsonObject(state) || state.version !== BigInt(STATE_VERSION)) return undefined;
  const { hash, revision, manifest } = state;
  if (typeof hash !== "string") return undefined;
  const counts = typeof revision === "bigint" && revision > 0n && revision <= BigInt(REVISION_MAX);
  return {
    hash,
    revision: counts ? Number(revision) : undefined,
    manifestDigest: typeof manifest === "string" ? manifest : "",
  };
}

/**
 * The revision of what is published, from the values of `views:hash` and `catalog:state`.
 *
 * A program that knows nothing of Mosaic leaves the state of the publication which it replaces: what it wrote then follows
 * that one.
 *
 * @returns undefined when no state tells
 */
export function readRevision({
  hash,
  state,
}: {
  readonly hash: Uint8Array | undefined;
  readonly state: Uint8Array | undefined;
}): number | undefined {
  const mark = readState(state);
  if (mark?.revision === undefined) return undefined;
  const replaced = hash !== undefined && readStoredText(hash) !== mark.hash;
  return replaced ? nextRevision(mark.revision) : mark.revision;
}
