import { clearInterval, setInterval } from "node:timers";
import type { RefusalReason } from "../../domain/release/refusal-reasons.ts";
import { type Diagnostic, diagnosticIn } from "../../domain/view/diagnostic.ts";
import type { Language } from "../../lib/language.ts";
import type { CatalogEvent } from "../catalog/events.ts";
import type { FleetCounts } from "../fleet/replica-registry.ts";
import type { DiskState } from "./checks.ts";
import type { Readiness } from "./readiness.ts";
import type { ActivityRecorder } from "./recent-activity.ts";
import { createSubscriberHub, type SubscriberHub } from "./subscriber-hub.ts";

/** Sends the service's state to subscribers on the events that change it. */
export interface StatusStream extends SubscriberHub {
  catalogEvent(event: CatalogEvent): void;
  disk: ServiceStateTracker["disk"];
  isForeign: ServiceStateTracker["isForeign"];
  damage: ServiceStateTracker["damage"];
}

/** Each subscriber keeps a connection open. */
export const SUBSCRIBERS_MAX = 100;

export interface StatusStreamDeps extends ServiceStateDeps {
  readonly activity: Pick<ActivityRecorder, "tick">;
}

/** Polling interval for changes that emit no event, such as a replica that diverges. */
const TICK_MS = 1000;

export function createStatusStream(deps: StatusStreamDeps): StatusStream {
  const state = createServiceState(deps);
  const every = (ms: number, task: () => void): (() => void) => {
    const timer = setInterval(task, ms);
    timer.unref();
    return () => clearInterval(timer);
  };
  const hub = createSubscriberHub({
    state: state.current,
    subscribersMax: SUBSCRIBERS_MAX,
    every,
    soon: (task) => void setImmediate(task),
  });
  const stopTicking = every(TICK_MS, () => {
    // A check's `since` is set when it is read, so read it even when there are no subscribers.
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
    catalogEvent(event) {
      state.catalogEvent(event);
      deps.readiness();
      hub.changed();
    },
    close() {
      stopTicking();
      hub.close();
    },
  };
}

/** The state that subscribers of the event stream get: nothing that the public routes do not show. */
export type ServiceState = Readiness & {
  /** The last refusal, unless a load has succeeded since. */
  readonly refusal: StateRefusal | null;
  /** Increases at every observed change of the fleet; its members need the admin token. */
  readonly fleetChanges: number;
};

/** A refused catalog on disk: by a reload, at a start, or by the comparison of the disk. */
export interface StateRefusal {
  /** When it was first refused. */
  readonly at: string;
  readonly reason: RefusalReason;
  readonly findings: readonly StateDiagnostic[];
  /** The number of all diagnostics, including those left out. */
  readonly findingsTotal: number;
}

/** A diagnostic whose file is given by its path in the catalog's folder, independent of the folder's location. */
export type StateDiagnostic = Pick<
  Diagnostic,
  "code" | "column" | "file" | "hint" | "line" | "message" | "severity"
>;

/** Follows the service's events, so that the state can be read at any time. */
export interface ServiceStateTracker {
  /** @param language that of the diagnostics; English by default */
  current(language?: Language): ServiceState;
  /** The state of the catalog on disk. */
  disk(): DiskState;
  /** Whether the cache has another fleet's publication. */
  isForeign(): boolean;
  /** Why the publication in the cache cannot be read. */
  damage(): RefusalReason | undefined;
  catalogEvent(event: CatalogEvent): void;
}

export interface ServiceStateDeps {
  readonly readiness: () => Readiness;
  readonly viewsDir: string;
  /** The last known figures of the fleet. */
  readonly fleet: () => FleetCounts;
  readonly wallMs: () => number;
}

/** A refusal before its diagnostics are written in a language. */
type HeldRefusal = Omit<StateRefusal, "findings"> & { readonly findings: readonly Diagnostic[] };

/** Few enough for one glance. */
const DIAGNOSTICS_MAX = 30;

export function createServiceState(deps: ServiceStateDeps): ServiceStateTracker {
  const { readiness, viewsDir, fleet, wallMs } = deps;
  const relative = relativeTo(viewsDir);
  let refusal: HeldRefusal | null = null;
  let found: readonly Diagnostic[] = [];
  let isDiskOther: boolean | undefined;
  let isForeign = false;
  let damage: RefusalReason | undefined;
  let seenFleet: string | undefined;
  let fleetChanges = 0;

  function noteFleet(): void {
    const { shared, digest } = fleet();
    const seen = `${shared} ${digest}`;
    if (seenFleet !== undefined && seen !== seenFleet) fleetChanges += 1;
    seenFleet = seen;
  }

  /** A start retries: an equal refusal is not reported again, except that of a requested reload. */
  function refuse(reason: RefusalReason, isAskedFor: boolean): void {
    const all = reason === "invalid-catalog" ? found : [];
    const next = { reason, findings: all.slice(0, DIAGNOSTICS_MAX), findingsTotal: all.length };
    if (!isAskedFor && refusal !== null) {
      const { at: _, ...known } = refusal;
      if (JSON.stringify(known) === JSON.stringify(next)) return;
    }
    refusal = { at: new Date(wallMs()).toISOString(), ...next };
  }

  function disk(): DiskState {
    const errors = found.filter(({ severity }) => severity === "error").length;
    const shown = refusal && { at: refusal.at, reason: refusal.reason, errors };
    return { differs: isDiskOther, refusal: shown };
  }

  return {
    disk,
    isForeign: () => isForeign,
    damage: () => damage,
    current(language = "en") {
      noteFleet();
      const findings = (refusal?.findings ?? []).map((item) => relative(diagnosticIn(language, item)));
      return { ...readiness(), refusal: refusal && { ...refusal, findings }, fleetChanges };
    },
    catalogEvent(event) {
      switch (event.kind) {
        case "source-invalid":
          found = event.diagnostics;
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
          isDiskOther = event.divergent;
          if (event.diskHash === undefined && found.length > 0) refuse("invalid-catalog", false);
          break;
        case "activated":
        case "reloaded":
          refusal = null;
          found = [];
          if (event.kind === "reloaded" || event.source === "disk") isDiskOther = false;
          break;
      }
    },
  };
}

function relativeTo(viewsDir: string): (finding: Diagnostic) => StateDiagnostic {
  const folder = `${viewsDir.replace(/\/+$/, "")}/`;
  return ({ file, line, column, severity, code, message, hint }) => {
    const inside = file.startsWith(folder) ? file.slice(folder.length) : file;
    return { file: inside, line, column, severity, code, message, hint };
  };
}
