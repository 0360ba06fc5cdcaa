import type { CatalogHash } from "../catalog/catalog.ts";
import { canonicalText } from "../json/canonical-json.ts";
import { isJsonObject } from "../json/json-value.ts";
import { readStoredJson } from "../json/parse-json.ts";
import { hashBytes } from "../signing/manifest.ts";
import { readFleetId } from "./fleet-id.ts";
import { REVISION_MAX } from "./revision.ts";

/** To be increased when replicas check more before they publish: states of other versions are ignored. */
const STATE_VERSION = 1;

/**
 * The state of a publication, written by the Mosaic replica that published it. It may be wrong, like every cached
 * value.
 */
export interface PublicationState {
  readonly hash: string;
  /** Undefined if it is absent or invalid. */
  readonly revision: number | undefined;
  /** See {@link digestManifest}; "" for a publication without a manifest. */
  readonly manifestDigest: string;
  /** The id of the fleet that published it; earlier versions of Mosaic write no id. */
  readonly fleet: string | undefined;
}

/** Identifies the bytes of a manifest: lower-case hex SHA-256, or "" without one. */
export function digestManifest(manifest: Uint8Array | undefined): string {
  return manifest === undefined ? "" : hashBytes(manifest);
}

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

/** Parses the state of a publication; undefined if it is absent, invalid, too large, or of another version. */
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
