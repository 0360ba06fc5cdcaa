import { describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { createMemorySource } from "../../../src/adapters/memory/source.ts";
import { withCacheSpans, withDatabaseSpans, withSourceSpans } from "../../../src/adapters/otel/spans.ts";
import { bytes } from "../../../src/conformance/cache-samples.ts";
import { type Database, DatabaseError } from "../../../src/ports/database-port.ts";
import { describeCache } from "../../support/describe-conformance.ts";
import { openMemoryHarness } from "../../support/memory-cache-harness.ts";
import { recordSpans } from "../../support/recorded-spans.ts";
import { viewYaml } from "../../support/views-directory.ts";

const familyOf = (): string => "views";

describeCache({
  name: "withCacheSpans()",
  open: () => openMemoryHarness((cache) => withCacheSpans(cache, { tracer: recordSpans().tracer, familyOf })),
});

const failingDatabase: Database = {
  name: "broken",
  load: () => Promise.reject(new DatabaseError("timeout", "planted-detail")),
  columns: () => Promise.reject(new TypeError("planted-defect")),
  close: async () => undefined,
};

describe("withCacheSpans()", () => {
  test("withCacheSpans() tells the operation, what it is for and what was found, and no key or value", async () => {
    const { tracer, ended, within } = recordSpans();
    const cache = withCacheSpans(createMemoryCache(), { tracer, system: "redis", familyOf });
    await within(async () => {
      await cache.set("planted-key", bytes("planted-value"), { ttlSeconds: 60 });
      await cache.getMany(["planted-key", "planted-other"]);
    });
    expect(ended().map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        "cache set",
        {
          "db.system.name": "redis",
          "db.operation.name": "set",
          "mosaic.cache.family": "views",
          "mosaic.cache.keys": 1,
        },
      ],
      [
        "cache getMany",
        {
          "db.system.name": "redis",
          "db.operation.name": "getMany",
          "mosaic.cache.family": "views",
          "mosaic.cache.keys": 2,
          "mosaic.cache.found": 1,
        },
      ],
      ["outer", {}],
    ]);
  });

  test("withCacheSpans() makes no span outside a trace", async () => {
    const { tracer, ended } = recordSpans();
    const cache = withCacheSpans(createMemoryCache(), { tracer, familyOf });
    expect(await cache.get("absent")).toBeUndefined();
    expect(ended()).toEqual([]);
  });
});

describe("withDatabaseSpans()", () => {
  test("withDatabaseSpans() tells the code of a failure, never its message, and passes it on", async () => {
    const { tracer, ended, within } = recordSpans();
    const database = withDatabaseSpans(failingDatabase, { tracer, system: "postgresql" });
    await within(async () => {
      await expect(database.load()).rejects.toThrow("planted-detail");
      await expect(database.columns(["planted-name"])).rejects.toThrow(TypeError);
    });
    const told = ended().map(({ name, attributes, status, events }) => [
      name,
      attributes["error.type"],
      status,
      events,
    ]);
    expect(told).toEqual([
      ["SELECT tickers", "timeout", { code: 2 }, []],
      ["SELECT columns", "_OTHER", { code: 2 }, []],
      ["outer", undefined, { code: 0 }, []],
    ]);
  });
});

describe("withSourceSpans()", () => {
  test("withSourceSpans() tells the hash of a catalog, or how much is wrong with it", async () => {
    const { tracer, ended, within } = recordSpans();
    const right = withSourceSpans(createMemorySource({ "view_a.yaml": viewYaml("a") }), tracer);
    const wrong = withSourceSpans(createMemorySource({ "view_a.yaml": "columns: [a]\n" }), tracer);
    const loads = await within(() => Promise.all([right.load(), wrong.load()]));
    const [loaded] = loads;
    expect(loads.map(({ kind }) => kind)).toEqual(["loaded", "invalid"]);
    const attributes = ended().flatMap((span) => (span.name === "outer" ? [] : [span.attributes]));
    expect(attributes).toEqual(
      expect.arrayContaining([
        {
          "mosaic.catalog.result": "loaded",
          "mosaic.catalog.hash": loaded?.kind === "loaded" ? loaded.catalog.hash : "",
          "mosaic.catalog.views": 1,
        },
        { "mosaic.catalog.result": "invalid", "mosaic.catalog.findings": 1 },
      ]),
    );
  });
});
