/**
 * Mosaic as a library. Other programs can start the service, or use parts of its domain, ports and adapters.
 *
 * @module
 */

export {
  type BreakerStatus,
  type GuardedCache,
  type GuardedCacheOptions,
  withBreaker,
} from "./adapters/decorators/breaker.ts";
export { withNamespace } from "./adapters/decorators/namespace.ts";
export { withObserver } from "./adapters/decorators/observe.ts";
export { createFilesystemKeyring } from "./adapters/filesystem/keyring.ts";
export { createFilesystemSource, type FilesystemSourceOptions } from "./adapters/filesystem/source.ts";
export {
  createMemoryBroadcast,
  type MemoryBroadcast,
  type MemoryMemberOptions,
} from "./adapters/memory/broadcast.ts";
export { createMemoryCache, type MemoryCacheOptions } from "./adapters/memory/cache.ts";
export { createMemorySource, type MemoryCatalogSource } from "./adapters/memory/source.ts";
export { createRedisBroadcast, type RedisBroadcastOptions } from "./adapters/redis/broadcast.ts";
export { createRedisCache, type OversizedValue, type RedisCacheOptions } from "./adapters/redis/cache.ts";
export { connectRedis, createRedisClient, type RedisClientOptions } from "./adapters/redis/client.ts";
export type { SubscriptionOptions } from "./adapters/redis/subscription.ts";
export type { TlsFiles } from "./adapters/redis/topology/tls-options.ts";
export type { ReloadRefusalReason, SignatureRefusalReason } from "./app/catalog/events.ts";
export type { ReloadOutcome, UnchangedReload } from "./app/catalog/reload.ts";
export { startService } from "./app/compose.ts";
export type { RunningService, ServiceParts } from "./app/lifecycle/service.ts";
export type { MetricExport, OtelSettings, OtlpProtocol } from "./app/settings/otel-settings.ts";
export type { RedisSettings } from "./app/settings/redis-settings.ts";
export { CaCertificatesError, type Environment } from "./app/settings/setting-values.ts";
export { parseSettings, type Settings, type SettingsParse } from "./app/settings/settings.ts";
export type { LogLevel } from "./app/settings/settings-schema.ts";
export { SigningKeysError } from "./app/signing/signing-keys.ts";
export { createLog, type Log } from "./app/telemetry/log.ts";
export type { Telemetry } from "./app/telemetry/telemetry.ts";
export {
  type Catalog,
  type CatalogHash,
  type CatalogViews,
  createCatalog,
} from "./domain/catalog/catalog.ts";
export type { ValueChange } from "./domain/catalog/value-diff.ts";
export { continueFingerprint, EMPTY_FINGERPRINT } from "./domain/catalog/values-fingerprint.ts";
export {
  type CatalogDiff,
  diffCatalogs,
  type ViewChange,
  type ViewChanges,
} from "./domain/catalog/view-changes.ts";
export type { BreakerPolicy } from "./domain/circuit-breaker.ts";
export { canonicalText } from "./domain/json/canonical-json.ts";
export type { JsonObject, JsonValue } from "./domain/json/json-value.ts";
export { JsonTextError, parseJson } from "./domain/json/parse-json.ts";
export type { SignedCatalog } from "./domain/signing/manifest.ts";
export {
  type Signing,
  type SigningOptions,
  type SigningRefusalReason,
  signCatalog,
} from "./domain/signing/sign-catalog.ts";
export { createSigningKey, parseSigningKey, type SigningKey } from "./domain/signing/signing-key.ts";
export type { VerificationRefusalReason } from "./domain/signing/verify-catalog.ts";
export {
  type ManifestDiff,
  type ManifestOutcome,
  type ManifestRefusal,
  type ManifestRefusalReason,
  type SignatureMode,
  type VerificationOptions,
  type VerifiedManifest,
  verifyManifest,
} from "./domain/signing/verify-manifest.ts";
export { type Diagnostic, type DiagnosticCode, formatDiagnostic } from "./domain/view/diagnostic.ts";
export { type Entity, type EntityParse, parseEntity } from "./domain/view/entity.ts";
export type { ReaderLanguage } from "./domain/view/reader-languages.ts";
export type { Relation, RelationColumn } from "./domain/view/relation.ts";
export { parseView, type View, type ViewColumn } from "./domain/view/view.ts";
export type { Language, LocalizedText } from "./lib/language.ts";
export {
  BROADCAST_MESSAGE_BYTES_MAX,
  BroadcastError,
  type BroadcastErrorCode,
  type BroadcastListener,
  type BroadcastOperation,
  type BroadcastPort,
  type BroadcastPublishOptions,
} from "./ports/broadcast-port.ts";
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
export {
  KeyringError,
  type KeyringErrorCode,
  type KeyringLoad,
  type KeyringPort,
} from "./ports/keyring-port.ts";
