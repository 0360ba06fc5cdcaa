import type { CatalogEvent } from "../catalog/events.ts";
import { createLiveHub, type LiveHub } from "./event-stream.ts";
import { createLiveState, type LiveStateDeps, type LiveStateTracker } from "./service-state.ts";

/** Tells followers of the service's state; hears what changes it. */
export interface LiveService extends LiveHub {
  catalogEvent(event: CatalogEvent): void;
  warnings: LiveStateTracker["warnings"];
}

/** Each follower is a connection that stays open. */
export const FOLLOWERS_MAX = 100;

export function createLiveService(deps: LiveStateDeps): LiveService {
  const state = createLiveState(deps);
  const hub = createLiveHub({
    state: state.current,
    followersMax: FOLLOWERS_MAX,
    every(ms, task) {
      const timer = setInterval(task, ms);
      return () => clearInterval(timer);
    },
    soon: (task) => void setImmediate(task),
  });
  return {
    ...hub,
    warnings: state.warnings,
    catalogEvent(event) {
      state.catalogEvent(event);
      hub.changed();
    },
  };
}
