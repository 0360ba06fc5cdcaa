import { runGuarded } from "../lib/run-guarded.ts";
import { createSharedDiff } from "./catalog/diff-database.ts";
import { createHttpApp } from "./http/http-app.ts";
import { listenForRequests, type RequestHandler } from "./http/server/listen.ts";
import {
  createStopOnce,
  type RunningService,
  type ServiceDependencies,
  type StopSignals,
} from "./lifecycle/service.ts";
import { logDatabaseFailure } from "./telemetry/log-events.ts";
import { NO_SPANS, type ServiceSpans } from "./telemetry/telemetry.ts";
import { loadTickersUntilSuccess } from "./tickers/ticker-service.ts";
import { monotonicMs, type ServiceWiring, wireService } from "./wire-service.ts";

/**
 * Runs a service: wires the use cases to their ports and listens, so that probes are answered, then loads the catalog.
 *
 * @throws when the address cannot be bound
 */
export async function runService(deps: ServiceDependencies): Promise<RunningService> {
  const { settings, log } = deps;
  const stop: StopSignals = { stopRequested: new AbortController(), requestsDrained: new AbortController() };
  const { tracer, requestRatio } = deps.telemetry;
  const spans =
    tracer === undefined
      ? NO_SPANS
      : (await import("./telemetry/service-spans.ts")).createServiceSpans(tracer, requestRatio);
  const parts = wireService(deps, stop, spans);
  const { catalog, fleet, history, sharedCache, stream } = parts;
  const limits = { idleTimeoutMs: settings.httpIdleTimeoutSeconds * 1000 };
  const guarded = (task: () => Promise<void>): Promise<void> =>
    runGuarded(({ detail, stack }) => log.error({ detail, stack }, "Background task failed"), task);
  const close = [sharedCache.broadcast.close, sharedCache.close, deps.close].map((end) => () => guarded(end));
  const handle = createHandler(deps, parts, spans);
  const { host, port } = settings;
  const server = await listenForRequests({ handle, host, port, limits }).catch((error: unknown) => {
    // Not awaited: telemetry that a collector does not take would delay the report of the error by seconds.
    for (const end of close) void end();
    throw error;
  });
  const { url } = server;
  const { cacheBackend: cache } = deps;
  const { replicaName: name } = settings;
  log.info({ url, replica: deps.replicaId, name, cache, views_dir: settings.viewsDir }, "Listening");
  const loaded = startWork(parts, spans, guarded);
  return {
    url,
    loaded,
    reload: catalog.reload,
    stop: createStopOnce({
      stop,
      statusStream: stream,
      server,
      loaded,
      log,
      async leave() {
        history.departed([{ replica: deps.replicaId, at: new Date().toISOString() }]);
        await guarded(history.flush);
        if (sharedCache.hasFleet) await guarded(fleet.leave);
      },
      close,
      drainDelayMs: settings.httpDrainDelaySeconds * 1000,
    }),
  };
}

function createHandler(deps: ServiceDependencies, parts: ServiceWiring, spans: ServiceSpans): RequestHandler {
  const { log } = deps;
  const { activity, bus, catalog, fleet, history, holder, metrics, readiness, stream, tickers, watched } =
    parts;
  const { sharedCache, status } = parts;
  const { database } = watched;
  const compareColumns = createSharedDiff(database);
  return createHttpApp({
    adminToken: deps.adminToken,
    log,
    observe(observation) {
      metrics.onHttpRequest(observation);
      activity.request(observation);
    },
    activity: activity.current,
    declare: metrics.declareHttp,
    startSpan: spans.startRequest,
    holder,
    onActivation: (listener) =>
      bus.subscribe({ catalog: [({ kind }) => kind === "activated" && listener()] }),
    readiness,
    statusStream: stream,
    scrape: metrics.scrape,
    reload: (options) => spans.withSpan("catalog reload", () => catalog.reload(options))(),
    previewReload: catalog.previewReload,
    tickers,
    listReplicas: fleet.list,
    cacheOutage() {
      const { up, reason } = status.current();
      return up ? undefined : { reason, fault: sharedCache.fault(), address: sharedCache.address() };
    },
    listHistory: history.list,
    readPackageFile: deps.readPackageFile,
    readViewText: deps.readViewText,
    nowMs: monotonicMs,
    diffDatabase: async () => {
      const active = holder.current();
      const diff = active === undefined ? undefined : await compareColumns(active.catalog);
      if (diff?.kind === "failed")
        logDatabaseFailure(log, "Columns not compared with the database", {
          database: database.name,
          error: diff.error,
        });
      return diff;
    },
  });
}

/**
 * Starts what runs beside requests: the connection, the first catalog, the tickers, probes of the database, the fleet.
 *
 * @returns a promise that resolves when the first attempt to load a catalog has ended
 */
function startWork(
  parts: ServiceWiring,
  spans: ServiceSpans,
  guarded: (task: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { catalog, fleet, interruptible, sharedCache, status, tickers, watched } = parts;
  const { signal } = interruptible;
  sharedCache.watch({
    ready: fleet.reconnected,
    lost: () => {
      if (!signal.aborted) status.recordLoss();
    },
  });
  const connected = sharedCache.connect();
  const loaded = connected.then(spans.withSpan("catalog preload", catalog.start));
  const firstTickers = { load: spans.withSpan("tickers preload", tickers.load), peek: tickers.peek };
  // The tickers and the catalog are loaded concurrently: neither waits for the other.
  void connected.then(() =>
    guarded(() => loadTickersUntilSuccess({ ...interruptible, tickers: firstTickers })),
  );
  void guarded(() => watched.keepProbing(interruptible));
  if (sharedCache.hasFleet) void loaded.then(() => signal.aborted || fleet.start());
  return loaded;
}
