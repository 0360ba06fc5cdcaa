import { describe, expect, test } from "vitest";
import { createSharedDiff, diffDatabase } from "../../../src/app/catalog/diff-database.ts";
import { DatabaseError, type DatabaseSchemaPort } from "../../../src/ports/database-port.ts";
import { catalogOf } from "../../support/catalog-replica.ts";

const CATALOG = catalogOf({
  "view_a.yaml": "columns: [ticker, price]\nidentifiers: [ticker]\n",
  "view_b.yaml": "columns: [ticker]\nidentifiers: [ticker]\n",
});

describe("diffDatabase()", () => {
  test("diffDatabase() asks once, for every view of the catalog, and compares what it is told", async () => {
    const asked: (readonly string[])[] = [];
    const schema: DatabaseSchemaPort = {
      async columns(names) {
        asked.push(names);
        return new Map([["view_a", ["ticker", "segment"]]]);
      },
    };
    expect(await diffDatabase(await CATALOG, schema)).toEqual({
      kind: "compared",
      views: [
        {
          entity: "view_a",
          state: "different",
          missingInDatabase: ["price"],
          missingInCatalog: ["segment"],
        },
        { entity: "view_b", state: "absent", missingInDatabase: [], missingInCatalog: [] },
      ],
    });
    expect(asked).toEqual([["view_a", "view_b"]]);
  });

  test("diffDatabase() says why the database could not be asked", async () => {
    const error = new DatabaseError("timeout", "no answer within 10 ms");
    const schema: DatabaseSchemaPort = {
      async columns() {
        throw error;
      },
    };
    expect(await diffDatabase(await CATALOG, schema)).toEqual({ kind: "failed", error });
  });

  test("diffDatabase() says of one view that it cannot be read, and compares the others", async () => {
    const schema: DatabaseSchemaPort = {
      async columns() {
        const columns = [
          ["view_a", new DatabaseError("rejected", "the table is gone")],
          ["view_b", ["ticker"]],
        ] as const;
        return new Map<string, (typeof columns)[number][1]>(columns);
      },
    };
    const nothing = { missingInDatabase: [], missingInCatalog: [] };
    expect(await diffDatabase(await CATALOG, schema)).toEqual({
      kind: "compared",
      views: [
        { entity: "view_a", state: "unreadable", detail: "the table is gone", ...nothing },
        { entity: "view_b", state: "same", ...nothing },
      ],
    });
  });

  test("diffDatabase() passes a defect on", async () => {
    const defect = new TypeError("A defect");
    const schema: DatabaseSchemaPort = {
      async columns() {
        throw defect;
      },
    };
    await expect(diffDatabase(await CATALOG, schema)).rejects.toBe(defect);
  });
});

describe("createSharedDiff()", () => {
  test("createSharedDiff() asks once for calls that come at once, and again for later ones", async () => {
    const asked: ReturnType<typeof Promise.withResolvers<ReadonlyMap<string, readonly string[]>>>[] = [];
    const diff = createSharedDiff({
      columns() {
        const question = Promise.withResolvers<ReadonlyMap<string, readonly string[]>>();
        asked.push(question);
        return question.promise;
      },
    });
    const catalog = await CATALOG;
    const other = await catalogOf({ "view_c.yaml": "columns: [ticker]\nidentifiers: [ticker]\n" });
    const diffs = [diff(catalog), diff(catalog), diff(other)];
    expect(asked).toHaveLength(2);
    for (const question of asked) question.resolve(new Map());
    const [first, second, third] = await Promise.all(diffs);
    expect(second).toBe(first);
    expect(third).toMatchObject({ views: [{ entity: "view_c" }] });
    const later = diff(catalog);
    expect(asked).toHaveLength(3);
    asked[2]?.reject(new DatabaseError("timeout", "it is late"));
    expect(await later).toMatchObject({ kind: "failed" });
    const latest = diff(catalog);
    asked[3]?.resolve(new Map());
    expect(await latest).toMatchObject({ kind: "compared" });
  });
});
