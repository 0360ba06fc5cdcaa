/**
 * Tests that your own adapter must pass, for any test runner: `for (const { name, run } of
 * cacheTests(open)) test(name, run)`. The lists `BROKEN_…` describe adapters with one fault each. A test must fail for
 * each of these adapters, which proves that the tests find faults.
 *
 * @module
 */

export type { BrokenCatalogSource } from "./conformance/break-catalog-source.ts";
export { type BroadcastHarness, broadcastTests } from "./conformance/broadcast-conformance.ts";
export type { BrokenBroadcast } from "./conformance/broadcast-samples.ts";
export { BROKEN_DELIVERIES } from "./conformance/broken-broadcast-deliveries.ts";
export { BROKEN_REFUSALS } from "./conformance/broken-broadcast-refusals.ts";
export { BROKEN_SUBSCRIPTIONS } from "./conformance/broken-broadcast-subscriptions.ts";
export { BROKEN_CACHES, type BrokenCache } from "./conformance/broken-caches.ts";
export { BROKEN_CATALOG_SOURCES } from "./conformance/broken-catalog-sources.ts";
export {
  BROKEN_DATABASES,
  type BreakDatabase,
  type BrokenDatabase,
  type DatabaseParts,
} from "./conformance/broken-databases.ts";
export { BROKEN_FINGERPRINT_CACHES, BROKEN_TTL_CACHES } from "./conformance/broken-fingerprint-caches.ts";
export {
  BROKEN_BOUNDED_CACHES,
  BROKEN_OUTCOME_CACHES,
  BROKEN_UNCHANGED_CACHES,
} from "./conformance/broken-unchanged-caches.ts";
export { type CacheHarness, cacheTests } from "./conformance/cache-conformance.ts";
export type {
  OpenCatalogSource,
  OpenedCatalogSource,
  SourceFiles,
} from "./conformance/catalog-source-case.ts";
export { catalogSourceTests } from "./conformance/catalog-source-conformance.ts";
export type { BrokenAdapter, ConformanceTest } from "./conformance/conformance-test.ts";
export {
  type DatabaseHarness,
  databaseTests,
  type StoredDatabaseHarness,
  storedDatabaseTests,
} from "./conformance/database-conformance.ts";
export {
  BROKEN_DESCRIBED_DATABASES,
  type BrokenDescribedDatabase,
  type DescribedDatabaseHarness,
  describedDatabaseTests,
} from "./conformance/database-relation-cases.ts";
export {
  BROKEN_TICKER_SOURCES,
  type BrokenTickerSource,
  type TickerSourceHarness,
  tickerSourceTests,
} from "./conformance/ticker-source-conformance.ts";
