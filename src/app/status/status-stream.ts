import { clearInterval, setInterval } from "node:timers";
import type { RefusalReason } from "../../domain/release/refusal-reasons.ts";
import { type Diagnostic, translateDiagnostic } from "../../domain/view/diagnostic.ts";
import type { Language } from "../../lib/language.ts";
import type { CatalogEvent } from "../catalog/events.ts";
import type { FleetCounts } from "../fleet/replica-registry.ts";
import type { DiskState } from "./checks.ts";
import type { Readiness } from "./readiness.ts";
import type { ActivityRecorder } from "./recent-activity.ts";
import { createSubscriberHub, type SubscriberHub } from "./subscriber-hub.ts";

/** Sends the service's state to subscribers whenever it changes. */
export interface StatusStream extends SubscriberHub {
  onCatalogEvent(event: CatalogEvent): void;
  disk: ServiceStateTracker["disk"];
  isForeign: ServiceStateTracker["isForeign"];
  damage: ServiceStateTracker["damage"];
}

/** Maximum number of subscribers: each keeps a connection open. */
export const SUBSCRIBERS_MAX = 100;

export interface StatusStreamDeps extends ServiceStateDeps {
  readonly activity: Pick<ActivityRecorder, "tick">;
}

/** Polling interval for changes that emit no event, such as a replica that diverges. */
const TICK_MS = 1000;

export function createStatusStream(deps: StatusStreamDeps): StatusStream {
  const state = createServiceState(deps);
  const runEvery = (ms: number, task: () => void): (() => void) => {
    const timer = setInterval(task, ms);
    timer.unref();
    return () => clearInterval(timer);
  };
  const hub = createSubscriberHub({
    state: state.current,
    subscribersMax: SUBSCRIBERS_MAX,
    runEvery,
    runSoon: (task) => void setImmediate(task),
  });
  const stopTicking = runEvery(TICK_MS, () => {
    // Runs the checks, so that each result gets its `since` even without subscribers.
    deps.readiness();
    deps.activity.tick();
  });
  return {
    ...hub,
    disk: state.disk,
    isForeign: state.isForeign,
    damage: state.damage,
    changed() {
      deps.readiness();
      hub.changed();
    },
    onCatalogEvent(event) {
      state.onCatalogEvent(event);
      deps.readiness();
      hub.changed();
    },
    close() {
      stopTicking();
      hub.close();
    },
  };
}

/** The state that subscribers of the event stream get: public information only. */
export type ServiceState = Readiness & {
  /** The last refusal; null once a later preview, reload or activation succeeds. */
  readonly refusal: StateRefusal | null;
  /** Increases at every observed change of the fleet. The list of replicas itself needs the admin token. */
  readonly fleetChanges: number;
};

/** The refusal of the catalog on disk: by a reload or its preview, at a start, or by a comparison. */
export interface StateRefusal {
  /** The time of the refusal; the same refusal again keeps it, unless a reload was requested. */
  readonly at: string;
  readonly reason: RefusalReason;
  readonly findings: readonly StateDiagnostic[];
  /** The number of all diagnostics, including those that `findings` leaves out. */
  readonly findingsTotal: number;
}

/** A diagnostic with the path of its file relative to the catalog's folder. */
export type StateDiagnostic = Pick<
  Diagnostic,
  "code" | "column" | "file" | "hint" | "line" | "message" | "severity"
>;

/** Derives the service's state from its events. */
export interface ServiceStateTracker {
  /** @param language that of the diagnostics; English by default */
  current(language?: Language): ServiceState;
  disk(): DiskState;
  /** Whether the cache has another fleet's publication. */
  isForeign(): boolean;
  /** Why the publication in the cache cannot be read. */
  damage(): RefusalReason | undefined;
  onCatalogEvent(event: CatalogEvent): void;
}

export interface ServiceStateDeps {
  readonly readiness: () => Readiness;
  readonly viewsDir: string;
  /** The last known figures of the fleet. */
  readonly fleet: () => FleetCounts;
  readonly wallMs: () => number;
}

/** A refusal whose diagnostics still have the texts of all languages. */
type UntranslatedRefusal = Omit<StateRefusal, "findings"> & { readonly findings: readonly Diagnostic[] };

/** Maximum number of diagnostics in the state. */
const STATE_DIAGNOSTICS_MAX = 30;

export function createServiceState(deps: ServiceStateDeps): ServiceStateTracker {
  const { readiness, viewsDir, fleet, wallMs } = deps;
  const relative = createStateDiagnosticMaker(viewsDir);
  let refusal: UntranslatedRefusal | null = null;
  let diagnostics: readonly Diagnostic[] = [];
  /** The time of the first refusal in a series with the same reason. */
  let refusedSince = "";
  let isDiskDivergent: boolean | undefined;
  let isForeign = false;
  let damage: RefusalReason | undefined;
  let seenFleet: string | undefined;
  let fleetChanges = 0;

  function countFleetChange(): void {
    const { shared, digest } = fleet();
    const seen = `${shared} ${digest}`;
    if (seenFleet !== undefined && seen !== seenFleet) fleetChanges += 1;
    seenFleet = seen;
  }

  /**
   * Records a refusal. A starting replica retries, so a repeated refusal is recorded once, unless a reload
   * was requested.
   */
  function refuse(reason: RefusalReason, isRequested: boolean): void {
    const all = reason === "invalid-catalog" ? diagnostics : [];
    const next = { reason, findings: all.slice(0, STATE_DIAGNOSTICS_MAX), findingsTotal: all.length };
    if (!isRequested && refusal !== null) {
      const { at: _, ...known } = refusal;
      if (JSON.stringify(known) === JSON.stringify(next)) return;
    }
    const at = new Date(wallMs()).toISOString();
    if (refusal?.reason !== reason) refusedSince = at;
    refusal = { at, ...next };
  }

  function disk(): DiskState {
    const errors = diagnostics.filter(({ severity }) => severity === "error").length;
    const shown = refusal && { at: refusedSince, reason: refusal.reason, errors };
    return { differs: isDiskDivergent, refusal: shown };
  }

  return {
    disk,
    isForeign: () => isForeign,
    damage: () => damage,
    current(language = "en") {
      countFleetChange();
      const findings = (refusal?.findings ?? []).map((item) => relative(translateDiagnostic(language, item)));
      return { ...readiness(), refusal: refusal && { ...refusal, findings }, fleetChanges };
    },
    onCatalogEvent(event) {
      switch (event.kind) {
        case "source-invalid":
          diagnostics = event.diagnostics;
          break;
        case "refused":
          if (event.refusal.source === "disk") refuse(event.refusal.reason, event.trigger === "reload");
          break;
        case "foreign-compared":
          isForeign = event.foreign;
          break;
        case "damage-compared":
          damage = event.reason;
          break;
        case "disk-compared":
          isDiskDivergent = event.divergent;
          if (event.diskHash === undefined && diagnostics.length > 0) refuse("invalid-catalog", false);
          break;
        case "disk-previewed":
          isDiskDivergent = event.divergent;
          diagnostics = event.refusal?.diagnostics ?? [];
          if (event.refusal === undefined) refusal = null;
          else refuse(event.refusal.reason, false);
          break;
        case "activated":
        case "reloaded":
          refusal = null;
          diagnostics = [];
          if (event.kind === "reloaded" || event.source === "disk") isDiskDivergent = false;
          break;
      }
    },
  };
}

/** Makes a function that reduces a diagnostic to what clients get, with the path inside the catalog's folder. */
export function createStateDiagnosticMaker(viewsDir: string): (finding: Diagnostic) => StateDiagnostic {
  const folder = `${viewsDir.replace(/\/+$/, "")}/`;
  return ({ file, line, column, severity, code, message, hint }) => {
    const inside = file.startsWith(folder) ? file.slice(folder.length) : file;
    return { file: inside, line, column, severity, code, message, hint };
  };
}
