import { createHash } from "node:crypto";
import { canonicalText } from "./canonical-json.ts";
import type { CatalogHash } from "./catalog.ts";
import { isJsonObject } from "./json-value.ts";
import { readStoredJson, readStoredText } from "./read-stored-json.ts";

/** The largest revision; what claims more is no revision, so that there always is a next one. */
export const REVISION_MAX = 1_000_000_000_000_000;

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

/** Reads the state of a publication; undefined without one, or for one of another version. */
export function readState(bytes: Uint8Array | undefined): PublicationState | undefined {
  const state = bytes === undefined ? undefined : readStoredJson(bytes);
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
  return Math.min(mark.revision + Number(replaced), REVISION_MAX);
}
