import { describe, expect, test } from "vitest";
import { BROKEN_DATABASES, type BreakDatabase } from "../../src/conformance/broken-databases.ts";
import { DATABASE_CASES, STORED_DATABASE_CASES } from "../../src/conformance/database-conformance.ts";
import { BROKEN_DESCRIBED_DATABASES, RELATION_CASES } from "../../src/conformance/database-relation-cases.ts";
import type { DescribedDatabase } from "../../src/ports/database-port.ts";
import { asInstance } from "../support/as-instance.ts";
import { openDescribedSqliteHarness, openSqliteHarness } from "../support/sqlite-database-harness.ts";

describe("STORED_DATABASE_CASES", () => {
  test("STORED_DATABASE_CASES has a name of its own for each case", () => {
    const names = STORED_DATABASE_CASES.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });

  test("STORED_DATABASE_CASES has every case of DATABASE_CASES", () => {
    expect(STORED_DATABASE_CASES).toEqual(expect.arrayContaining([...DATABASE_CASES]));
  });

  test("STORED_DATABASE_CASES accepts a database that works where it rejects broken ones", async () => {
    const rejecting: string[] = [];
    for (const name of new Set(BROKEN_DATABASES.map(({ caughtBy }) => caughtBy))) {
      if (await rejects(name, ({ inner }) => ({ ...inner }))) rejecting.push(name);
    }
    expect(rejecting).toEqual([]);
  });

  test.each(BROKEN_DATABASES)(
    "STORED_DATABASE_CASES rejects a database that $name",
    async ({ breakIt, caughtBy }) => {
      expect(await rejects(caughtBy, breakIt)).toBe(true);
    },
  );
});

test("a broken database keeps what has no fault where the database is an instance of a class", async () => {
  const inner = asInstance<DescribedDatabase>({
    name: "list",
    load: async () => [],
    columns: async () => new Map(),
    relations: async () => new Map(),
    close: async () => undefined,
  });
  const parts = { inner, path: "", query: "" };
  const described = BROKEN_DESCRIBED_DATABASES.map(({ breakIt }) => breakIt(inner));
  for (const database of [...BROKEN_DATABASES.map(({ breakIt }) => breakIt(parts)), ...described])
    expect([database.name, await database.close()]).toEqual(["list", undefined]);
});

describe("RELATION_CASES", () => {
  test.each(BROKEN_DESCRIBED_DATABASES)(
    "RELATION_CASES rejects a database that $name",
    async ({ breakIt, caughtBy }) => {
      const found = RELATION_CASES.find(({ name }) => name === caughtBy);
      const harness = await openDescribedSqliteHarness(breakIt);
      const outcome = found?.run(harness).then(
        () => "accepted",
        () => "rejected",
      );
      expect(await outcome).toBe("rejected");
      await harness.close();
    },
  );
});

async function rejects(caseName: string, decorate: BreakDatabase): Promise<boolean> {
  const found = STORED_DATABASE_CASES.find(({ name }) => name === caseName);
  if (found === undefined) throw new RangeError(`Unknown case "${caseName}"`);
  const harness = await openSqliteHarness(decorate);
  const isRejected = await found.run(harness).then(
    () => false,
    () => true,
  );
  await harness.close();
  return isRejected;
}
