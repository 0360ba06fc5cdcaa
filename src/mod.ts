/**
 * Mosaic as a library: the domain, the ports, the adapters, and the service that they make.
 *
 * @module
 */
export { createMemoryBroadcast, type MemoryBroadcast } from "./adapters/broadcast/memory-broadcast.ts";
export { createRedisBroadcast, type RedisBroadcastOptions } from "./adapters/broadcast/redis-broadcast.ts";
export { type FallbackCacheOptions, withFallback } from "./adapters/cache/fallback-cache.ts";
export { type GuardedCache, type GuardedCacheOptions, withBreaker } from "./adapters/cache/guarded-cache.ts";
export { createMemoryCache, type MemoryCacheOptions } from "./adapters/cache/memory-cache.ts";
export { withNamespace } from "./adapters/cache/namespaced-cache.ts";
export { withObserver } from "./adapters/cache/observed-cache.ts";
export { createRedisCache, type RedisCacheOptions } from "./adapters/cache/redis-cache.ts";
export { connectRedis, createRedisClient, type RedisClientOptions } from "./adapters/cache/redis-client.ts";
export { createFilesystemSource } from "./adapters/catalog-source/filesystem-source.ts";
export { createMemorySource, type MemoryCatalogSource } from "./adapters/catalog-source/memory-source.ts";
export { createFilesystemKeyring } from "./adapters/keyring/filesystem-keyring.ts";
export type { ReloadOutcome } from "./app/catalog/reload.ts";
export { startService } from "./app/compose.ts";
export { RedisAuthorityError } from "./app/redis-authority-error.ts";
export type { RunningService, ServiceParts } from "./app/service.ts";
export { parseSettings, type Settings, type SettingsParse } from "./app/settings.ts";
export { SigningKeysError } from "./app/signing/signing-keys-error.ts";
export { createLog, type Log } from "./app/telemetry/log.ts";
export type { Telemetry } from "./app/telemetry/telemetry.ts";
export { canonicalText } from "./domain/canonical-json.ts";
export { type Catalog, type CatalogHash, createCatalog } from "./domain/catalog.ts";
export { type CatalogDiff, diffCatalogs } from "./domain/catalog-diff.ts";
export { type Diagnostic, formatDiagnostic } from "./domain/diagnostic.ts";
export { type Entity, parseEntity } from "./domain/entity.ts";
export type { JsonObject, JsonValue } from "./domain/json-value.ts";
export { JsonTextError, parseJson } from "./domain/parse-json.ts";
export { type Signing, type SigningTerms, signCatalog } from "./domain/sign-catalog.ts";
export { createSigningKey, parseSigningKey, type SigningKey } from "./domain/signing-key.ts";
export { continueFingerprint, EMPTY_FINGERPRINT } from "./domain/values-fingerprint.ts";
export { type ManifestOutcome, type VerificationTerms, verifyManifest } from "./domain/verify-manifest.ts";
export { parseView, type View } from "./domain/view.ts";
export { BroadcastError, type BroadcastListener, type BroadcastPort } from "./ports/broadcast-port.ts";
export type { CacheObservation } from "./ports/cache-observation.ts";
export {
  type CacheCallOptions,
  type CacheEntry,
  CacheError,
  type CacheErrorCode,
  type CacheFingerprint,
  type CacheOperation,
  type CachePort,
  type CachePublication,
  type LivingValue,
  type PublishOutcome,
  type SetOutcome,
  ttlMilliseconds,
  type WrittenAside,
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
  type DatabaseSchemaPort,
  type TickerSourcePort,
} from "./ports/database-port.ts";
export { KeyringError, type KeyringLoad, type KeyringPort } from "./ports/keyring-port.ts";
