import { clearInterval, setInterval } from "node:timers";
import type { CatalogEvent } from "../catalog/events.ts";
import type { ActivityRecorder } from "./recent-activity.ts";
import { createServiceState, type ServiceStateDeps, type ServiceStateTracker } from "./service-state.ts";
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
