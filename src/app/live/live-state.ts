import type { Diagnostic } from "../../domain/diagnostic.ts";
import type { RefusalReason } from "../../domain/release/refusal-reasons.ts";
import type { CatalogEvent } from "../catalog/catalog-event.ts";
import type { Fleet } from "../fleet/replica-registry.ts";
import type { Readiness } from "../readiness.ts";

/** What whoever follows the service is told: nothing that the public routes would not tell. */
export type LiveState = Readiness & {
  /** The last reload, if it was refused and none has gone well since. */
  readonly refusal: LiveRefusal | null;
  /** Grows when the fleet is seen to have changed; who is in it needs the admin token. */
  readonly fleetChanges: number;
};

/** A catalog on disk that a reload did not take. */
export interface LiveRefusal {
  readonly at: string;
  readonly reason: RefusalReason;
  readonly findings: readonly LiveFinding[];
  /** How many there are, those included that are left out. */
  readonly findingsTotal: number;
}

/** A finding whose file is told by its path in the catalog's folder, wherever that is. */
export type LiveFinding = Pick<Diagnostic, "column" | "file" | "hint" | "line" | "message" | "severity">;

/** Follows what the service tells of itself, so that the state can be told at any time. */
export interface LiveStateTracker {
  current(): LiveState;
  catalogEvent(event: CatalogEvent): void;
}

export interface LiveStateDeps {
  readonly readiness: () => Readiness;
  readonly viewsDir: string;
  /** The fleet as it was seen last. */
  readonly fleet: () => Fleet;
  readonly nowMs: () => number;
}

/** What an author can take in at a glance. */
const FINDINGS_MAX = 30;

export function createLiveState({ readiness, viewsDir, fleet, nowMs }: LiveStateDeps): LiveStateTracker {
  const relative = relativeTo(viewsDir);
  let refusal: LiveRefusal | null = null;
  let found: readonly Diagnostic[] = [];
  let seenFleet: string | undefined;
  let fleetChanges = 0;

  function noteFleet(): void {
    const seen = markOf(fleet());
    if (seenFleet !== undefined && seen !== seenFleet) fleetChanges += 1;
    seenFleet = seen;
  }

  return {
    current() {
      noteFleet();
      return { ...readiness(), refusal, fleetChanges };
    },
    catalogEvent(event) {
      switch (event.kind) {
        case "source-invalid":
          found = event.diagnostics;
          break;
        case "refused": {
          const { reason, origin } = event.refusal;
          if (event.trigger !== "reload" || origin !== "disk") break;
          const findings = reason === "invalid-catalog" ? found : [];
          refusal = {
            at: new Date(nowMs()).toISOString(),
            reason,
            findings: findings.slice(0, FINDINGS_MAX).map(relative),
            findingsTotal: findings.length,
          };
          break;
        }
        case "activated":
        case "reloaded":
          refusal = null;
          found = [];
          break;
      }
    },
  };
}

function relativeTo(viewsDir: string): (finding: Diagnostic) => LiveFinding {
  const folder = `${viewsDir.replace(/\/+$/, "")}/`;
  return ({ file, line, column, severity, message, hint }) => {
    const inside = file.startsWith(folder) ? file.slice(folder.length) : file;
    return { file: inside, line, column, severity, message, hint };
  };
}

/** The same as long as the same replicas serve the same. */
function markOf({ publishedHash, replicas }: Fleet): string {
  const marks = replicas.map(({ id, catalog, cache, divergent }) =>
    [id, catalog?.hash, cache.state, divergent].join(" "),
  );
  return [publishedHash, ...marks.sort()].join("\n");
}
