import { createHash } from "node:crypto";
import type { CatalogHash } from "../catalog/catalog.ts";
import { canonicalText } from "../json/canonical-json.ts";
import { isJsonObject } from "../json/json-value.ts";
import { readStoredJson } from "../json/parse-json.ts";
import { readFleetId } from "./fleet-id.ts";
import { REVISION_MAX } from "./revision.ts";

/** Increased when the meaning of "checked" changes, so that older claims no longer count. */
const STATE_VERSION = 1;

/** The state of a publication, written by its Mosaic replica; a claim, like everything in a cache. */
export interface PublicationState {
  readonly hash: string;
  /** Undefined without one, or with an invalid one. */
  readonly revision: number | undefined;
  /** See {@link digestManifest}; "" for a publication without a manifest. */
  readonly manifestDigest: string;
  /** The fleet that published it; undefined by earlier versions. */
  readonly fleet: string | undefined;
}

/** Identifies the bytes of a manifest: lower-case hex SHA-256, or "" without one. */
export function digestManifest(manifest: Uint8Array | undefined): string {
  return manifest === undefined ? "" : createHash("sha256").update(manifest).digest("hex");
}

/** Writes the state of a publication. */
export function encodeState(
  hash: CatalogHash,
  {
    revision,
    manifest,
    fleet,
  }: {
    readonly revision: number;
    readonly manifest?: Uint8Array | undefined;
    readonly fleet?: string | undefined;
  },
): Uint8Array {
  const digest = manifest === undefined ? {} : { manifest: digestManifest(manifest) };
  const by = fleet === undefined ? {} : { fleet };
  const state = { ...by, hash, ...digest, revision: BigInt(revision), version: BigInt(STATE_VERSION) };
  return new TextEncoder().encode(canonicalText(state));
}

/** The largest state, in bytes: several times the usual size. */
export const STATE_BYTES_MAX = 4 * 1024;

/** Parses the state of a publication; undefined without one, for another version, and for a too large one. */
export function readState(bytes: Uint8Array | undefined): PublicationState | undefined {
  if (bytes === undefined || bytes.byteLength > STATE_BYTES_MAX) return undefined;
  const state = readStoredJson(bytes);
  if (!isJsonObject(state) || state.version !== BigInt(STATE_VERSION)) return undefined;
  const { hash, revision, manifest, fleet } = state;
  if (typeof hash !== "string") return undefined;
  const counts = typeof revision === "bigint" && revision > 0n && revision <= BigInt(REVISION_MAX);
  return {
    hash,
    revision: counts ? Number(revision) : undefined,
    manifestDigest: typeof manifest === "string" ? manifest : "",
    fleet: readFleetId(fleet),
  };
}
