/**
 * Mosaic as a library: the domain, the ports, the adapters, and the service built from them.
 *
 * @module
 */

export { type GuardedCache, type GuardedCacheOptions, withBreaker } from "./adapters/decorators/breaker.ts";
export { withNamespace } from "./adapters/decorators/namespace.ts";
export { withObserver } from "./adapters/decorators/observe.ts";
export { createFilesystemKeyring } from "./adapters/filesystem/keyring.ts";
export { createFilesystemSource } from "./adapters/filesystem/source.ts";
export { createMemoryBroadcast, type MemoryBroadcast } from "./adapters/memory/broadcast.ts";
export { createMemoryCache, type MemoryCacheOptions } from "./adapters/memory/cache.ts";
export { createMemorySource, type MemoryCatalogSource } from "./adapters/memory/source.ts";
export { createRedisBroadcast, type RedisBroadcastOptions } from "./adapters/redis/broadcast.ts";
export { createRedisCache, type RedisCacheOptions } from "./adapters/redis/cache.ts";
export { connectRedis, createRedisClient, type RedisClientOptions } from "./adapters/redis/client.ts";
export type { ReloadOutcome } from "./app/catalog/reload.ts";
export { startService } from "./app/compose.ts";
export type { RunningService, ServiceParts } from "./app/lifecycle/service.ts";
export { CaCertificatesError } from "./app/settings/setting-values.ts";
export { parseSettings, type Settings, type SettingsParse } from "./app/settings/settings.ts";
export { SigningKeysError } from "./app/signing/signing-keys.ts";
export { createLog, type Log } from "./app/telemetry/log.ts";
export type { Telemetry } from "./app/telemetry/telemetry.ts";
export { type Catalog, type CatalogHash, createCatalog } from "./domain/catalog/catalog.ts";
export { continueFingerprint, EMPTY_FINGERPRINT } from "./domain/catalog/values-fingerprint.ts";
export { type CatalogDiff, diffCatalogs } from "./domain/catalog/view-changes.ts";
export { canonicalText } from "./domain/json/canonical-json.ts";
export type { JsonObject, JsonValue } from "./domain/json/json-value.ts";
export { JsonTextError, parseJson } from "./domain/json/parse-json.ts";
export { type Signing, type SigningOptions, signCatalog } from "./domain/signing/sign-catalog.ts";
export { createSigningKey, parseSigningKey, type SigningKey } from "./domain/signing/signing-key.ts";
export {
  type ManifestOutcome,
  type VerificationOptions,
  verifyManifest,
} from "./domain/signing/verify-manifest.ts";
export { type Diagnostic, formatDiagnostic } from "./domain/view/diagnostic.ts";
export { type Entity, parseEntity } from "./domain/view/entity.ts";
export type { Relation, RelationColumn } from "./domain/view/relation.ts";
export { parseView, type View } from "./domain/view/view.ts";
export { BroadcastError, type BroadcastListener, type BroadcastPort } from "./ports/broadcast-port.ts";
export type { CacheObservation } from "./ports/cache-port.ts";
export {
  type CacheCallOptions,
  type CacheEntry,
  CacheError,
  type CacheErrorCode,
  type CacheExpectation,
  type CacheFingerprint,
  type CacheManyReadOptions,
  type CacheOperation,
  type CachePort,
  type CachePublication,
  type CacheReadOptions,
  type PublishOutcome,
  ttlMilliseconds,
  type UnchangedEntries,
  type ValueWithTtl,
} from "./ports/cache-port.ts";
export {
  type CatalogLoad,
  type CatalogLoadOptions,
  CatalogSourceError,
  type CatalogSourceErrorCode,
  type CatalogSourcePort,
} from "./ports/catalog-source-port.ts";
export {
  type Database,
  type DatabaseColumns,
  DatabaseError,
  type DatabaseErrorCode,
  type DatabaseErrorOptions,
  type DatabaseRelationsPort,
  type DatabaseSchemaPort,
  type DescribedDatabase,
  type TickerSourcePort,
} from "./ports/database-port.ts";
export { KeyringError, type KeyringLoad, type KeyringPort } from "./ports/keyring-port.ts";
