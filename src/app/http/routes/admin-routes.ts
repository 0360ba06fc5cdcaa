import type { Hono } from "hono";
import { columnDiffStatus } from "../../../domain/catalog/value-diff.ts";
import { findReplacement } from "../../../domain/fleet/history.ts";
import type { ReplicaRecord } from "../../../domain/fleet/replica-record.ts";
import { REFUSAL_RULES } from "../../../domain/release/refusal-reasons.ts";
import { type Diagnostic, translateDiagnostic } from "../../../domain/view/diagnostic.ts";
import { findLanguage, type Language } from "../../../lib/language.ts";
import type { ActiveCatalogHolder } from "../../catalog/active-catalog.ts";
import type { DatabaseDiff } from "../../catalog/diff-database.ts";
import type { ReloadOptions, ReloadOutcome } from "../../catalog/reload.ts";
import type { Fleet } from "../../fleet/replica-registry.ts";
import type { CacheOutage } from "../../status/cache-status.ts";
import { createFramer, type ReadViewText } from "../../status/frame-diagnostics.ts";
import type { HistoryListing } from "../../status/history.ts";
import type { Log } from "../../telemetry/log.ts";
import type { TickerService } from "../../tickers/ticker-service.ts";
import type { TickerLoad } from "../../tickers/ticker-snapshot.ts";
import { DIFF_VIEWS, REFRESH_TICKERS, RELOAD_VIEWS } from "../api/admin-api.ts";
import { SHOW_HISTORY } from "../api/history-api.ts";
import { LIST_REPLICAS } from "../api/replicas-api.ts";
import { addRoute, responderFor } from "../api/replies.ts";
import { requireToken } from "../middleware/admin-token.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";

export interface AdminRoutesDeps {
  readonly log: Log;
  readonly holder: ActiveCatalogHolder;
  readonly reload: (options: ReloadOptions) => Promise<ReloadOutcome>;
  readonly previewReload: (options: ReloadOptions) => Promise<ReloadOutcome>;
  readonly tickers: TickerService;
  /** Without it, diagnostics have no source lines. */
  readonly readViewText?: ReadViewText | undefined;
  readonly listReplicas: () => Promise<Fleet>;
  /** Undefined while the shared cache answers. */
  readonly cacheOutage: () => CacheOutage | undefined;
  readonly listHistory: () => Promise<HistoryListing>;
  /** Undefined while no catalog is active. */
  readonly diffDatabase: () => Promise<DatabaseDiff | undefined>;
}

/** Maximum number of diagnostics in a response; `mosaic validate` prints them all. */
const DIAGNOSTICS_MAX = 500;
/** Diagnostics beyond this number have no source lines. */
const FRAMES_MAX = 50;

const reloadResponder = responderFor(RELOAD_VIEWS);
const replicasResponder = responderFor(LIST_REPLICAS);
const historyResponder = responderFor(SHOW_HISTORY);
const diffResponder = responderFor(DIFF_VIEWS);
const refreshResponder = responderFor(REFRESH_TICKERS);

/** Operations for operators; everything under `/admin` needs the token. */
export function addAdminRoutes(
  app: Hono<HttpEnv>,
  deps: AdminRoutesDeps,
  isAdminToken: (token: string) => boolean,
): void {
  const { reload, holder, log, tickers, diffDatabase, listReplicas } = deps;
  app.use("/admin/*", (context, next) => {
    context.env.route = "/admin/*";
    return next();
  });
  app.use("/admin/*", requireToken(isAdminToken));
  addRoute(app, RELOAD_VIEWS, async (context) => {
    const query = new URL(context.req.url).searchParams;
    const wrong = (name: string, values: string): Response =>
      reloadResponder.problem(context, "bad_request", {
        detail: `The query parameter ${name} must be ${values}`,
      });
    const isDryRun = readDryRun(query);
    if (isDryRun === undefined) return wrong("dryRun", "true or false");
    const force = query.get("force") ?? "false";
    if (force !== "true" && force !== "false") return wrong("force", "true or false");
    const language = findLanguage(query.get("lang") ?? "en");
    if (language === undefined) return wrong("lang", "en or pt");
    const options = { force: force === "true" };
    const form = { ...deps, isDryRun, language };
    if (isDryRun) {
      const outcome = await deps.previewReload(options);
      return respondToReload(context, outcome, { ...form, replaced: await findReplacementOf(deps, outcome) });
    }
    const active = holder.current();
    const from = { hash: active?.catalog.hash, generation: active?.generation };
    const outcome = await reload({ ...options, requestId: context.env.requestId });
    logReloadAudit(log, context.env.requestId, { from, outcome });
    return respondToReload(context, outcome, form);
  });
  addRoute(app, LIST_REPLICAS, async (context) => {
    const fleet = await listReplicas();
    return sendFleet(context, { ...fleet, lost: await addNamesToLost(deps, fleet) }, deps.cacheOutage());
  });
  addRoute(app, SHOW_HISTORY, async (context) => {
    const history = await deps.listHistory();
    const served: ReadonlyMap<string, unknown> | undefined = holder.current()?.catalog.views;
    const named = new Set(history.entries.flatMap(({ views }) => views));
    const absent = [...named].filter((entity) => served?.has(entity) !== true).sort();
    return historyResponder.json(context, { ...history, absent });
  });
  addRoute(app, DIFF_VIEWS, async (context) => sendDiff(context, await diffDatabase()));
  addRoute(app, REFRESH_TICKERS, async (context) => {
    const before = tickers.peek();
    return respondToRefresh(context, before, await tickers.refresh());
  });
}

/**
 * Whether the query requests a dry run; undefined if `dryRun` is misspelt or has a wrong value. Such a request
 * must not change anything.
 */
function readDryRun(query: URLSearchParams): boolean | undefined {
  const names = [...query.keys()];
  if (names.some((name) => name !== "dryRun" && /^dry[-_]?run$/i.test(name))) return undefined;
  const values = query.getAll("dryRun");
  if (values.some((value) => value !== "true" && value !== "false")) return undefined;
  return values.includes("true");
}

/**
 * Looks in the history for an entry in which the fleet replaced the reloaded catalog. If there is one, the
 * disk here is probably outdated.
 */
async function findReplacementOf(
  { listHistory }: AdminRoutesDeps,
  outcome: ReloadOutcome,
): Promise<Replacement | undefined> {
  if (outcome.kind !== "reloaded" || outcome.hash === outcome.previousHash) return undefined;
  return findReplacement((await listHistory()).entries, outcome.hash);
}

type Replacement = NonNullable<ReturnType<typeof findReplacement>>;

interface ReloadResponseOptions extends Pick<AdminRoutesDeps, "readViewText"> {
  readonly replaced?: Replacement | undefined;
  readonly isDryRun: boolean;
  readonly language: Language;
}

async function respondToReload(
  context: HttpContext,
  outcome: ReloadOutcome,
  { readViewText, isDryRun, language, replaced }: ReloadResponseOptions,
): Promise<Response> {
  const shown = (diagnostics: readonly Diagnostic[]) =>
    diagnostics.slice(0, DIAGNOSTICS_MAX).map((diagnostic) => translateDiagnostic(language, diagnostic));
  switch (outcome.kind) {
    case "reloaded": {
      const { hash, previousHash = null, generation = null, changes, details, views } = outcome;
      const { published, warnings, cacheDown } = outcome;
      return reloadResponder.json(context, {
        status: "ok",
        hash,
        previousHash,
        generation,
        changes,
        details,
        items: views,
        published,
        dryRun: isDryRun,
        ...(replaced === undefined ? {} : { replaced }),
        ...(cacheDown === undefined ? {} : { cacheDown }),
        warnings: shown(warnings),
        warningsTotal: warnings.length,
      });
    }
    case "invalid":
      return reloadResponder.problem(context, "catalog_invalid", {
        detail: outcome.detail,
        extensions: {
          diagnostics: await addFrames(shown(outcome.diagnostics), readViewText),
          diagnosticsTotal: outcome.diagnostics.length,
        },
      });
    case "unreadable":
      return reloadResponder.problem(context, "catalog_unreadable", { detail: outcome.detail });
    case "refused": {
      const { reason, detail } = outcome;
      const { problem } = REFUSAL_RULES[reason];
      return reloadResponder.problem(context, problem, { detail, extensions: { reason } });
    }
  }
}

async function addFrames(
  diagnostics: readonly Diagnostic[],
  readViewText: ReadViewText | undefined,
): Promise<readonly (Diagnostic & { readonly frame?: string })[]> {
  if (readViewText === undefined) return diagnostics;
  const frameOf = createFramer(readViewText);
  const framed: (Diagnostic & { readonly frame?: string })[] = [];
  for (const [index, diagnostic] of diagnostics.entries()) {
    const frame = index < FRAMES_MAX ? await frameOf(diagnostic) : undefined;
    framed.push(frame === undefined ? diagnostic : { ...diagnostic, frame });
  }
  return framed;
}

/** Adds the names of lost replicas. Their records have expired, but the history may have the names. */
async function addNamesToLost({ listHistory }: AdminRoutesDeps, { lost }: Fleet): Promise<Fleet["lost"]> {
  const entries = lost.length === 0 ? [] : (await listHistory()).entries;
  return lost.map((replica) => {
    const name = entries.find((entry) => entry.replica === replica.id)?.name;
    return name === undefined ? replica : { ...replica, name };
  });
}

function sendFleet(context: HttpContext, fleet: Fleet, outage: CacheOutage | undefined): Response {
  const { self, shared, publishedHash: hash = null, lost, lastSeen } = fleet;
  const diverging = fleet.replicas.filter(({ divergent }) => divergent).length;
  const items = fleet.replicas.map(removeSchema);
  const known = lastSeen && { ...lastSeen, replicas: lastSeen.replicas.map(removeSchema) };
  const { reason, fault, address } = outage ?? {};
  return replicasResponder.json(context, {
    ...{ self, shared, hash, diverging, replicas: items, lost },
    ...(known === undefined ? {} : { lastSeen: known }),
    ...(outage === undefined
      ? {}
      : { outage: { reason, fault: fault?.kind, advice: fault?.advice, address } }),
  });
}

function removeSchema<Replica extends ReplicaRecord>({ schema: _, ...replica }: Replica) {
  return replica;
}

function sendDiff(context: HttpContext, diff: DatabaseDiff | undefined): Response {
  if (diff === undefined) {
    return diffResponder.problem(context, "catalog_unavailable", {
      detail: "There is no active catalog to compare",
      headers: { "retry-after": "1" },
    });
  }
  if (diff.kind === "failed") {
    return diffResponder.problem(context, "database_unavailable", { detail: diff.error.message });
  }
  return diffResponder.json(context, { status: columnDiffStatus(diff.views), views: diff.views });
}

function respondToRefresh(context: HttpContext, before: TickerLoad, after: TickerLoad): Response {
  if (after.kind === "unavailable") {
    const list =
      before.kind === "tickers"
        ? "the current list stays in use, and is marked stale once it has expired"
        : "no list is known yet";
    const detail = `No tickers could be loaded from the database; ${list}`;
    return refreshResponder.problem(context, "database_unavailable", { detail });
  }
  const { set } = after.snapshot;
  const previous = before.kind === "tickers" ? before.snapshot.set : undefined;
  const added = set.tickers.filter((ticker) => previous?.has(ticker) !== true);
  const removed = (previous?.tickers ?? []).filter((ticker) => !set.has(ticker));
  const changes = { added, removed };
  return refreshResponder.json(context, { status: "ok", count: set.tickers.length, changes });
}

/** The catalog that was active when the reload was requested. */
interface CatalogBeforeReload {
  readonly hash: string | undefined;
  readonly generation: number | undefined;
}

/** Maximum number of views that are logged by name for each kind of change; the others are counted. */
const LOGGED_NAMES_MAX = 20;

/** Logs one line for each reload request, with any result. */
export function logReloadAudit(
  log: Pick<Log, "info" | "warn">,
  requestId: string,
  { from, outcome }: { readonly from: CatalogBeforeReload; readonly outcome: ReloadOutcome },
): void {
  const fields = { audit: "reload", request_id: requestId, outcome: outcome.kind };
  if (outcome.kind !== "reloaded") {
    const { detail } = outcome;
    const reason = outcome.kind === "refused" ? outcome.reason : outcome.kind;
    const kept = { from_hash: from.hash, from_generation: from.generation };
    log.warn({ ...fields, ...kept, reason, detail }, "Catalog reload");
    return;
  }
  const { hash, previousHash, generation, previousGeneration, published } = outcome;
  const { added, removed, changed } = outcome.changes;
  log.info(
    {
      ...fields,
      from_hash: previousHash,
      from_generation: previousGeneration,
      to_hash: hash,
      to_generation: generation,
      added: countNames(added),
      removed: countNames(removed),
      changed: countNames(changed),
      published,
    },
    "Catalog reload",
  );
}

function countNames(views: readonly string[]): { readonly count: number; readonly names: readonly string[] } {
  return { count: views.length, names: views.slice(0, LOGGED_NAMES_MAX) };
}
