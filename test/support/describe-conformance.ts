import { describe, test } from "vitest";
import { type BroadcastHarness, broadcastTests } from "../../src/conformance/broadcast-conformance.ts";
import { type CacheHarness, cacheTests } from "../../src/conformance/cache-conformance.ts";
import type { OpenCatalogSource } from "../../src/conformance/catalog-source-case.ts";
import { catalogSourceTests } from "../../src/conformance/catalog-source-conformance.ts";
import type { ConformanceTest } from "../../src/conformance/conformance-test.ts";
import {
  type DatabaseHarness,
  databaseTests,
  type StoredDatabaseHarness,
  storedDatabaseTests,
} from "../../src/conformance/database-conformance.ts";
import {
  type DescribedDatabaseHarness,
  describedDatabaseTests,
} from "../../src/conformance/database-relation-cases.ts";

interface Subject<Harness> {
  readonly name: string;
  open(): Promise<Harness>;
}

export function describeCache({ name, open }: Subject<CacheHarness>): void {
  describeTests(`${name} as a CachePort`, cacheTests(open));
}

export function describeBroadcast({ name, open }: Subject<BroadcastHarness>): void {
  describeTests(`${name} as a BroadcastPort`, broadcastTests(open));
}

export function describeDatabase({ name, open }: Subject<DatabaseHarness>): void {
  describeTests(`${name} as a Database`, databaseTests(open));
}

export function describeStoredDatabase({ name, open }: Subject<StoredDatabaseHarness>): void {
  describeTests(`${name} as a Database`, storedDatabaseTests(open));
}

export function describeDescribedDatabase({ name, open }: Subject<DescribedDatabaseHarness>): void {
  describeTests(`${name} as a DescribedDatabase`, describedDatabaseTests(open));
}

export function describeCatalogSource({
  name,
  open,
}: {
  readonly name: string;
  readonly open: OpenCatalogSource;
}): void {
  describeTests(`${name}: CatalogSourcePort`, catalogSourceTests(open));
}

function describeTests(title: string, tests: readonly ConformanceTest[]): void {
  describe(title, () => {
    test.each(tests)("$name", ({ run }) => run());
  });
}
