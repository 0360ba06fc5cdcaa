import { parseCatalogHash } from "../../../domain/catalog/catalog.ts";
import { isGeneratedFleetId } from "../../../domain/release/fleet-id.ts";
import type { Language } from "../../../lib/language.ts";
import { CacheError, type CacheFault } from "../../../ports/cache-port.ts";
import type { ConnectionFailure } from "../../lifecycle/service.ts";
import { CaCertificatesError } from "../../settings/setting-values.ts";
import { maskUrl } from "../../settings/url-settings.ts";
import { createCatalogVerifier } from "../../signing/catalog-verifier.ts";
import { createSigningKeysLoader } from "../../signing/signing-keys.ts";
import { type CacheInspection, type InspectedCatalog, inspectCache } from "../../status/inspect.ts";
import { CAUSES_PT } from "./causes-pt.ts";
import { EXIT_CODES, formatCount, printFailure, printResult, type RunCommand } from "./command.ts";
import { readSettings } from "./read-settings.ts";

/** `mosaic inspect`: shows and verifies the content of the shared cache, as a starting replica would. */
export const inspectCommand: RunCommand = async (io, deps, args) => {
  const { language } = args;
  const texts = INSPECT_TEXTS[language];
  const settings = readSettings(io, language);
  if (settings === undefined) return EXIT_CODES.usage;
  const verifier = createCatalogVerifier(settings, createSigningKeysLoader(settings, deps.openKeyring));
  const keys = await verifier.refreshKeys();
  if (keys.kind === "refused") {
    io.stderr.line(keys.texts?.[language] ?? keys.detail);
    return EXIT_CODES.usage;
  }
  const opened = await deps.openSharedCache(settings).catch((error: unknown) => {
    if (!(error instanceof CaCertificatesError)) throw error;
    return error;
  });
  if (opened instanceof CaCertificatesError)
    return printFailure(io, opened.texts[language], EXIT_CODES.usage);
  if (opened === undefined) return printFailure(io, texts.noSharedCache, EXIT_CODES.usage);
  const { cache, connectionFailure, fault } = opened;
  const name = `${maskUrl(settings.redisUrl ?? "")}, ${settings.cacheNamespace}:*`;
  try {
    const found = await inspectCache(cache, { verifier, fleetId: settings.fleetId });
    printResult(io, args, { json: found, lines: describeInspection(name, fault(), found, texts) });
    return found.catalog.state === "verified" ? EXIT_CODES.ok : EXIT_CODES.invalid;
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
    return printFailure(io, `${name}: ${texts.failed(error, connectionFailure(), fault())}`);
  } finally {
    await cache.close();
  }
};

/** Maximum number of listed views and replicas; JSON has them all. */
const LISTED_ITEMS_MAX = 50;

function describeInspection(
  name: string,
  fault: CacheFault | undefined,
  { catalog, replicas, tickers }: CacheInspection,
  texts: Texts,
): readonly string[] {
  const { labels } = texts;
  const count = tickers?.count === null ? texts.noList : texts.tickers(tickers?.count ?? 0);
  return [
    `${labels.cache}${name}`,
    ...(fault === undefined ? [] : [`${labels.fault}${texts.advice(fault)}`]),
    ...describeCatalog(catalog, texts),
    `${labels.tickers}${tickers === null ? texts.none : `${count}, ${texts.left(tickers.ttlSeconds)}`}`,
    `${labels.replicas}${replicas.length}`,
    ...limitLines(
      replicas.map(({ id, version, runtime, catalog: served }) => {
        const serves =
          served === null ? texts.noCatalog : texts.serves(served.hash.slice(0, 12), served.revision);
        return `${id}  ${serves}  ${version}, ${runtime}`;
      }),
      texts,
    ),
  ];
}

function describeCatalog(catalog: InspectedCatalog, texts: Texts): readonly string[] {
  const { state, reason, detail, hash, revision, fleet, generation, ttlSeconds, views } = catalog;
  const { labels } = texts;
  const why = detail === null ? "" : `: ${texts.reason(reason, detail)} [${reason}]`;
  const end = ttlSeconds === null ? "" : `, ${texts.left(ttlSeconds)}`;
  const signed = generation === null ? "" : `, ${texts.signed(generation)}`;
  const owner = fleet === null || isGeneratedFleetId(fleet) ? "" : `, ${texts.ofFleet(fleet)}`;
  return [
    `${labels.catalog}${texts.states[state]}${why}`,
    `${labels.hash}${hash === null ? texts.none : quoteUnlessHash(hash)}${end}`,
    `${labels.revision}${revision ?? texts.none}${signed}${owner}`,
    `${labels.views}${views.length}`,
    ...limitLines(
      views.map(({ entity, bytes }) => `${entity}  ${texts.bytes(bytes)}`),
      texts,
    ),
  ];
}

/** Quotes a value that is not a hash, because such a value may contain terminal control sequences. */
function quoteUnlessHash(hash: string): string {
  return parseCatalogHash(hash) ?? JSON.stringify(hash);
}

function limitLines(lines: readonly string[], texts: Texts): readonly string[] {
  const more = lines.length - LISTED_ITEMS_MAX;
  const shown = lines.slice(0, LISTED_ITEMS_MAX).map((line) => `            ${line}`);
  return more > 0 ? [...shown, `            ${texts.more(more)}`] : shown;
}

const ENGLISH_TEXTS = {
  noSharedCache: "no shared cache is configured: set CACHE_BACKEND=redis and REDIS_URL as for the service",
  failed: (error: CacheError, connection: ConnectionFailure | undefined, fault: CacheFault | undefined) => {
    // The message of a rejected call already contains the server's reply, which `detail` would repeat.
    const detail = error.code === "rejected" ? connection?.fault?.advice : connection?.detail;
    const why = detail ?? fault?.advice;
    return why === undefined ? error.message : `${error.message}: ${why}`;
  },
  advice: ({ advice }: CacheFault) => advice,
  reason: (_reason: string | null, detail: string) => detail,
  labels: {
    cache: "cache     ",
    fault: "fault     ",
    catalog: "catalog   ",
    hash: "hash      ",
    revision: "revision  ",
    views: "views     ",
    tickers: "tickers   ",
    replicas: "replicas  ",
  },
  states: { absent: "absent", rejected: "rejected", verified: "verified" },
  none: "none",
  noList: "no list of tickers",
  noCatalog: "no catalog",
  tickers: (count: number) => formatCount(count, "ticker"),
  serves: (hash: string, revision: number) => `${hash} revision ${revision}`,
  signed: (generation: number) => `signed as generation ${generation}`,
  ofFleet: (fleet: string) => `of the fleet ${fleet}`,
  bytes: (count: number) => formatCount(count, "byte"),
  left: (ttlSeconds: number) => `${Math.ceil(ttlSeconds)} s left`,
  more: (count: number) => `and ${count} more`,
};
type Texts = typeof ENGLISH_TEXTS;

/** Reasons with a constant detail. Other details may name a view, a hash or keys, and are in English. */
const SELF_EXPLAINING_REASONS: ReadonlySet<string> = new Set([
  "absent",
  "bad-hash",
  "bad-list",
  "bad-mark",
  "missing-hash",
  "missing-list",
]);

export const INSPECT_TEXTS: Readonly<Record<Language, Texts>> = {
  en: ENGLISH_TEXTS,
  pt: {
    noSharedCache:
      "nenhum cache compartilhado está configurado: defina CACHE_BACKEND=redis e REDIS_URL como no serviço",
    failed: (error, connection, fault) => {
      const known = connection?.fault ?? fault;
      const advice = known && CAUSES_PT.faults.get(known.kind);
      const reply = error.code === "rejected" ? error.message : undefined;
      const why = connection?.detail.replace(known?.advice ?? "", () => advice ?? "") ?? advice ?? reply;
      const failure = `Não é possível ler o cache: ${CAUSES_PT.cacheErrors.get(error.code) ?? error.code}`;
      return why === undefined ? failure : `${failure}: ${why}`;
    },
    advice: ({ kind, advice }) => CAUSES_PT.faults.get(kind) ?? advice,
    reason(reason, detail) {
      const known = CAUSES_PT.reasons.get(reason ?? "");
      if (known === undefined) return detail;
      return SELF_EXPLAINING_REASONS.has(reason ?? "") ? known : `${known}: ${detail}`;
    },
    labels: {
      cache: "cache     ",
      fault: "falha     ",
      catalog: "catálogo  ",
      hash: "hash      ",
      revision: "revisão   ",
      views: "views     ",
      tickers: "tickers   ",
      replicas: "réplicas  ",
    },
    states: { absent: "ausente", rejected: "recusado", verified: "verificado" },
    none: "nenhum",
    noList: "não é uma lista de tickers",
    noCatalog: "sem catálogo",
    tickers: (count) => formatCount(count, "ticker"),
    serves: (hash, revision) => `${hash} revisão ${revision}`,
    signed: (generation) => `assinado como geração ${generation}`,
    ofFleet: (fleet) => `da frota ${fleet}`,
    bytes: (count) => formatCount(count, "byte"),
    left: (ttlSeconds) => `restam ${Math.ceil(ttlSeconds)} s`,
    more: (count) => `e mais ${count}`,
  },
};
