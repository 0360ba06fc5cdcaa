import { MANIFEST_FILE } from "../domain/signing/manifest.ts";
import {
  type AlterLoaded,
  alteringLoaded,
  type BrokenCatalogSource,
  breakingReadManifest,
  changingFiles,
  rememberingLoaded,
} from "./break-catalog-source.ts";

const rewriting = (rewrite: (text: string) => string) =>
  alteringLoaded(({ manifest, ...rest }) => {
    const text = manifest && new TextDecoder("utf-8", { ignoreBOM: true }).decode(manifest);
    return { ...rest, manifest: text === undefined ? undefined : new TextEncoder().encode(rewrite(text)) };
  });

function serializeAgain(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch {
    return text;
  }
}

/** Reads the manifest again only when a view has changed. */
function cachingManifests(): AlterLoaded {
  const manifests = new Map<string, Uint8Array | undefined>();
  return (load) => {
    const { hash } = load.catalog;
    if (!manifests.has(hash)) manifests.set(hash, load.manifest);
    return { ...load, manifest: manifests.get(hash) };
  };
}

/** Keeps the last manifest after it was deleted. */
function keepingManifests(): AlterLoaded {
  let last: Uint8Array | undefined;
  return (load) => {
    last = load.manifest ?? last;
    return { ...load, manifest: last };
  };
}

/** Writes each manifest into the bytes of the earlier one, if both have the same length. */
function reusingManifestBytes(): AlterLoaded {
  let buffer = new Uint8Array(0);
  return (load) => {
    if (load.manifest === undefined) return load;
    if (buffer.length === load.manifest.length) buffer.set(load.manifest);
    else buffer = load.manifest.slice();
    return { ...load, manifest: buffer };
  };
}

/** Cuts off a manifest that is too large instead of rejecting it. */
const cuttingOff = changingFiles((_, { [MANIFEST_FILE]: manifest, ...views }) =>
  manifest === undefined ? views : { ...views, [MANIFEST_FILE]: manifest.slice(0, 16 * 1024 * 1024) },
);

export const BROKEN_MANIFESTS: readonly BrokenCatalogSource[] = [
  {
    fault: "a manifest that is lost",
    caughtBy: "returns the bytes of any manifest unchanged",
    open: alteringLoaded((load) => ({ ...load, manifest: undefined })),
  },
  {
    fault: "a manifest without its byte order mark",
    caughtBy: "returns the bytes of any manifest unchanged",
    open: rewriting((text) => text.replace(/^\ufeff/, "")),
  },
  {
    fault: "a manifest with other line ends",
    caughtBy: "returns the bytes of any manifest unchanged",
    open: rewriting((text) => text.replaceAll("\r\n", "\n")),
  },
  {
    fault: "a manifest that is parsed and serialized again",
    caughtBy: "returns the bytes of any manifest unchanged",
    open: rewriting((text) => serializeAgain(text.replace(', "signed": 1.0', ""))),
  },
  {
    fault: "a manifest that is cached by the hash of its catalog",
    caughtBy: "finds a manifest that is added, changed or removed while the views stay the same",
    open: rememberingLoaded(cachingManifests),
  },
  {
    fault: "a manifest that stays after its deletion",
    caughtBy: "finds a manifest that is added, changed or removed while the views stay the same",
    open: rememberingLoaded(keepingManifests),
  },
  {
    fault: "an empty manifest that counts as absent",
    caughtBy: "distinguishes an empty manifest from an absent one",
    open: alteringLoaded((load) => ({
      ...load,
      manifest: load.manifest?.length === 0 ? undefined : load.manifest,
    })),
  },
  {
    fault: "a view file that counts as the manifest",
    caughtBy: "does not confuse the manifest with a view file",
    open: changingFiles((_, next) => ({ [MANIFEST_FILE]: next["views.manifest.yaml"] ?? "", ...next })),
  },
  {
    fault: "a manifest that counts as a view",
    caughtBy: "does not confuse the manifest with a view file",
    open: changingFiles((_, next) => ({
      ...next,
      ...(MANIFEST_FILE in next && { "m.yaml": next[MANIFEST_FILE] ?? "" }),
    })),
  },
  {
    fault: "bytes of an earlier manifest that are overwritten",
    caughtBy: "does not change earlier manifests",
    open: rememberingLoaded(reusingManifestBytes),
  },
  {
    fault: "a readManifest() that needs valid views",
    caughtBy: "returns the manifest of invalid views from readManifest(), unless the signal has fired",
    open: breakingReadManifest((inner) => async (options) => {
      const load = await inner.load(options);
      return load.kind === "loaded" ? load.manifest : undefined;
    }),
  },
  {
    fault: "a readManifest() that always returns the first manifest",
    caughtBy: "returns the current manifest from readManifest() too",
    open: breakingReadManifest((inner) => {
      const first = inner.readManifest();
      return () => first;
    }),
  },
  {
    fault: "a readManifest() that ignores the signal",
    caughtBy: "returns the manifest of invalid views from readManifest(), unless the signal has fired",
    open: breakingReadManifest((inner) => () => inner.readManifest()),
  },
  {
    fault: "a readManifest() that returns no empty manifest",
    caughtBy: "returns the current manifest from readManifest() too",
    open: breakingReadManifest((inner) => async (options) => {
      const manifest = await inner.readManifest(options);
      return manifest?.length === 0 ? undefined : manifest;
    }),
  },
  {
    fault: "a manifest that is cut off",
    caughtBy: "rejects a manifest larger than 16 MiB, and accepts one of 16 MiB",
    open: cuttingOff,
  },
];
