import type { MemoryCatalogSource } from "../adapters/memory/source.ts";
import { MANIFEST_FILE } from "../domain/signing/manifest.ts";
import {
  alteringLoaded,
  type BrokenCatalogSource,
  breaking,
  breakingPeek,
  type Load,
  seeing,
} from "./break-catalog-source.ts";

/** Gives the manifest's text in another form. */
const rewriting = (rewrite: (text: string) => string) =>
  alteringLoaded(({ manifest, ...rest }) => {
    const text = manifest && new TextDecoder("utf-8", { ignoreBOM: true }).decode(manifest);
    return { ...rest, manifest: text === undefined ? undefined : new TextEncoder().encode(rewrite(text)) };
  });

function reserialised(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch {
    return text;
  }
}

/** Reads the manifest again only when a view has changed. */
function rememberingManifests(inner: MemoryCatalogSource): Load {
  const manifests = new Map<string, Uint8Array | undefined>();
  return async (options) => {
    const load = await inner.load(options);
    if (load.kind === "invalid") return load;
    const { hash } = load.catalog;
    if (!manifests.has(hash)) manifests.set(hash, load.manifest);
    return { ...load, manifest: manifests.get(hash) };
  };
}

/** Keeps the last manifest after it was deleted. */
function keepingManifests(inner: MemoryCatalogSource): Load {
  let last: Uint8Array | undefined;
  return async (options) => {
    const load = await inner.load(options);
    if (load.kind === "invalid") return load;
    last = load.manifest ?? last;
    return { ...load, manifest: last };
  };
}

/** Writes every manifest into the bytes of the one before, where it fits. */
function reusingManifestBytes(inner: MemoryCatalogSource): Load {
  let buffer = new Uint8Array(0);
  return async (options) => {
    const load = await inner.load(options);
    if (load.kind === "invalid" || load.manifest === undefined) return load;
    if (buffer.length === load.manifest.length) buffer.set(load.manifest);
    else buffer = load.manifest.slice();
    return { ...load, manifest: buffer };
  };
}

/** Cuts off what is too large instead of refusing it. */
const cut = seeing((_, { [MANIFEST_FILE]: manifest, ...views }) =>
  manifest === undefined ? views : { ...views, [MANIFEST_FILE]: manifest.slice(0, 16 * 1024 * 1024) },
);

/** One of each way to break the promise about manifests. */
export const BROKEN_MANIFESTS: readonly BrokenCatalogSource[] = [
  {
    fault: "a manifest that is lost",
    caughtBy: "gives the manifest byte for byte, whatever it is",
    open: alteringLoaded((load) => ({ ...load, manifest: undefined })),
  },
  {
    fault: "a manifest without its byte order mark",
    caughtBy: "gives the manifest byte for byte, whatever it is",
    open: rewriting((text) => text.replace(/^\ufeff/, "")),
  },
  {
    fault: "a manifest with other line ends",
    caughtBy: "gives the manifest byte for byte, whatever it is",
    open: rewriting((text) => text.replaceAll("\r\n", "\n")),
  },
  {
    fault: "a manifest that is serialized again",
    caughtBy: "gives the manifest byte for byte, whatever it is",
    open: rewriting((text) => reserialised(text.replace(', "signed": 1.0', ""))),
  },
  {
    fault: "a manifest remembered by its catalog",
    caughtBy: "sees a manifest come, change and go while its views stay",
    open: breaking(rememberingManifests),
  },
  {
    fault: "a manifest that stays for ever",
    caughtBy: "sees a manifest come, change and go while its views stay",
    open: breaking(keepingManifests),
  },
  {
    fault: "an empty manifest taken for none",
    caughtBy: "distinguishes an empty manifest from an absent one",
    open: alteringLoaded((load) => ({
      ...load,
      manifest: load.manifest?.length === 0 ? undefined : load.manifest,
    })),
  },
  {
    fault: "a view taken for the manifest",
    caughtBy: "takes a manifest for no view and no view for a manifest",
    open: seeing((_, next) => ({ [MANIFEST_FILE]: next["views.manifest.yaml"] ?? "", ...next })),
  },
  {
    fault: "a manifest taken for a view",
    caughtBy: "takes a manifest for no view and no view for a manifest",
    open: seeing((_, next) => ({
      ...next,
      ...(MANIFEST_FILE in next && { "m.yaml": next[MANIFEST_FILE] ?? "" }),
    })),
  },
  {
    fault: "a manifest's bytes used again",
    caughtBy: "leaves earlier manifests as they were",
    open: breaking(reusingManifestBytes),
  },
  {
    fault: "a manifest that only shows with its views",
    caughtBy: "shows the manifest of views that are wrong, and to nobody who gave up",
    open: breakingPeek((inner) => async (options) => {
      const load = await inner.load(options);
      return load.kind === "loaded" ? load.manifest : undefined;
    }),
  },
  {
    fault: "a manifest that shows as it was first",
    caughtBy: "shows the manifest alone as it would load it, and as it is now",
    open: breakingPeek((inner) => {
      const first = inner.readManifest();
      return () => first;
    }),
  },
  {
    fault: "a manifest that shows to who gave up",
    caughtBy: "shows the manifest of views that are wrong, and to nobody who gave up",
    open: breakingPeek((inner) => () => inner.readManifest()),
  },
  {
    fault: "an empty manifest that does not show",
    caughtBy: "shows the manifest alone as it would load it, and as it is now",
    open: breakingPeek((inner) => async (options) => {
      const manifest = await inner.readManifest(options);
      return manifest?.length === 0 ? undefined : manifest;
    }),
  },
  {
    fault: "a manifest that is cut off",
    caughtBy: "refuses a manifest beyond 16 MiB and nothing below",
    open: cut,
  },
];
