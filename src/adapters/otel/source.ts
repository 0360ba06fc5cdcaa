import type { Attributes, Tracer } from "@opentelemetry/api";
import type { CatalogLoad, CatalogSourcePort } from "../../ports/catalog-source-port.ts";
import { tracedCall } from "./traced-call.ts";

/** Puts every load of a catalog into a span with the hash and the number of views or errors. */
export function withSourceSpans(source: CatalogSourcePort, tracer: Tracer): CatalogSourcePort {
  const description = {
    name: "catalog source load",
    remote: false,
    attributes: {},
    resultAttributes: loadAttributes,
  };
  const { digest, readNames } = source;
  return {
    ...(readNames === undefined ? {} : { readNames }),
    ...(digest === undefined ? {} : { digest }),
    name: source.name,
    load: (options) => tracedCall(tracer, description, () => source.load(options)),
    // A single small file, read at start: not worth a span.
    readManifest: (options) => source.readManifest(options),
  };
}

function loadAttributes(load: CatalogLoad): Attributes {
  switch (load.kind) {
    case "loaded":
      return {
        "mosaic.catalog.result": "loaded",
        "mosaic.catalog.hash": load.catalog.hash,
        "mosaic.catalog.views": load.catalog.views.size,
      };
    case "invalid":
      return { "mosaic.catalog.result": "invalid", "mosaic.catalog.findings": load.diagnostics.length };
  }
}
