import type { CatalogEvent } from "../catalog/events.ts";
import { createEventStream, type EventStream } from "./event-stream.ts";
import { createServiceState, type ServiceStateDeps, type ServiceStateTracker } from "./service-state.ts";

/** Sends the service's state to subscribers on the events that change it. */
export interface StatusStream extends EventStream {
  catalogEvent(event: CatalogEvent): void;
  warnings: ServiceStateTracker["warnings"];
}

/** Each subscriber keeps a connection open. */
export const SUBSCRIBERS_MAX = 100;

export function createStatusStream(deps: ServiceStateDeps): StatusStream {
  const state = createServiceState(deps);
  const hub = createEventStream({
    state: state.current,
    subscribersMax: SUBSCRIBERS_MAX,
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
