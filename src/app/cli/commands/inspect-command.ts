import { parseCatalogHash } from "../../../domain/catalog/catalog.ts";
import { isGeneratedFleetId } from "../../../domain/release/fleet-id.ts";
import { CacheError } from "../../../ports/cache-port.ts";
import { CaCertificatesError } from "../../settings/setting-values.ts";
import { maskUrl } from "../../settings/url-settings.ts";
import { createCatalogVerifier } from "../../signing/catalog-verifier.ts";
import { createSigningKeysLoader } from "../../signing/signing-keys.ts";
import { type CacheInspection, type InspectedCatalog, inspectCache } from "../../status/inspect.ts";
import { counted, EXIT, type RunCommand, readFormat } from "./command.ts";
import { readSettings } from "./read-settings.ts";

/** `mosaic inspect`: shows and verifies the content of the shared cache, as a starting replica would. */
export const inspectCommand: RunCommand = async (io, deps, args) => {
  const format = readFormat(io, args);
  if (format === undefined) return EXIT.usage;
  const settings = readSettings(io);
  if (settings === undefined) return EXIT.usage;
  const verifier = createCatalogVerifier(settings, createSigningKeysLoader(settings, deps.openKeyring));
  const keys = await verifier.refreshKeys();
  if (keys.kind === "refused") {
    io.stderr.line(keys.detail);
    return EXIT.usage;
  }
  const opened = await deps.openSharedCache(settings).catch((error: unknown) => {
    if (!(error instanceof CaCertificatesError)) throw error;
    return error;
  });
  if (opened instanceof CaCertificatesError) {
    io.stderr.line(`mosaic: ${opened.message}`);
    return EXIT.usage;
  }
  if (opened === undefined) {
    io.stderr.line(
      "mosaic: no shared cache is configured: set CACHE_BACKEND=redis and REDIS_URL as for the service",
    );
    return EXIT.usage;
  }
  const { cache, connectionFailure, fault } = opened;
  const name = `${maskUrl(settings.redisUrl ?? "")}, ${settings.cacheNamespace}:*`;
  try {
    const found = await inspectCache(cache, { verifier, fleetId: settings.fleetId });
    if (format === "json") io.stdout.json(JSON.stringify(found));
    else for (const line of describe(name, fault()?.advice, found)) io.stdout.line(line);
    return found.catalog.state === "verified" ? EXIT.ok : EXIT.invalid;
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    const why = connectionFailure() ?? fault()?.advice;
    io.stderr.line(`mosaic: ${name}: ${error.message}${why === undefined ? "" : `: ${why}`}`);
    return EXIT.invalid;
  } finally {
    await cache.close();
  }
};

/** Maximum number of listed views and replicas; JSON has them all. */
const LISTED_MAX = 50;

function describe(
  name: string,
  fault: string | undefined,
  { catalog, replicas, tickers }: CacheInspection,
): readonly string[] {
  const count = tickers?.count === null ? "no list of tickers" : counted(tickers?.count ?? 0, "ticker");
  return [
    `cache     ${name}`,
    ...(fault === undefined ? [] : [`fault     ${fault}`]),
    ...describeCatalog(catalog),
    `tickers   ${tickers === null ? "none" : `${count}, ${remainingTtl(tickers.ttlSeconds)}`}`,
    `replicas  ${replicas.length}`,
    ...listed(
      replicas.map(({ id, version, runtime, catalog: served }) => {
        const serves =
          served === null ? "no catalog" : `${served.hash.slice(0, 12)} revision ${served.revision}`;
        return `${id}  ${serves}  ${version}, ${runtime}`;
      }),
    ),
  ];
}

function describeCatalog(catalog: InspectedCatalog): readonly string[] {
  const { state, reason, detail, hash, revision, fleet, generation, ttlSeconds, views } = catalog;
  const why = detail === null ? "" : `: ${detail} [${reason}]`;
  const end = ttlSeconds === null ? "" : `, ${remainingTtl(ttlSeconds)}`;
  const signed = generation === null ? "" : `, signed as generation ${generation}`;
  const owner = fleet === null || isGeneratedFleetId(fleet) ? "" : `, of the fleet ${fleet}`;
  return [
    `catalog   ${state}${why}`,
    `hash      ${hash === null ? "none" : plain(hash)}${end}`,
    `revision  ${revision ?? "none"}${signed}${owner}`,
    `views     ${views.length}`,
    ...listed(views.map(({ entity, bytes }) => `${entity}  ${counted(bytes, "byte")}`)),
  ];
}

/** A value that is not a hash may contain terminal control sequences. */
function plain(hash: string): string {
  return parseCatalogHash(hash) ?? JSON.stringify(hash);
}

function listed(lines: readonly string[]): readonly string[] {
  const more = lines.length - LISTED_MAX;
  const shown = lines.slice(0, LISTED_MAX).map((line) => `            ${line}`);
  return more > 0 ? [...shown, `            and ${more} more`] : shown;
}

function remainingTtl(ttlSeconds: number): string {
  return `${Math.ceil(ttlSeconds)} s left`;
}
