import type { Attributes, Tracer } from "@opentelemetry/api";
import type { CatalogLoad, CatalogSourcePort } from "../../ports/catalog-source-port.ts";
import { traceCall } from "./trace-call.ts";

/**
 * Makes a span for every load of a catalog. The span has the hash and the number of views of a loaded catalog, or the
 * number of diagnostics of an invalid one.
 */
export function withSourceSpans(source: CatalogSourcePort, tracer: Tracer): CatalogSourcePort {
  const description = {
    name: "catalog source load",
    isRemote: false,
    attributes: {},
    resultAttributes: loadAttributes,
  };
  const { digest, readNames } = source;
  return {
    ...(readNames === undefined ? {} : { readNames }),
    ...(digest === undefined ? {} : { digest }),
    name: source.name,
    load: (options) => traceCall(tracer, description, () => source.load(options)),
    // No span: the manifest is one small file.
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
