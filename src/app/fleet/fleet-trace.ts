import type { Announcement } from "../../domain/fleet/announcement.ts";

/** Carries the trace of an announcement to the replicas that receive it. */
export interface FleetTrace {
  /** Sends an announcement; `send` gets its trace context, if there is one. */
  announcing(
    kind: Announcement["kind"],
    send: (traceparent: string | undefined) => Promise<void>,
  ): Promise<void>;
  /** Handles an announcement within its trace. */
  hearing(announcement: Announcement, work: () => Promise<void>): Promise<void>;
}

/** For a service without traces. */
export const UNTRACED: FleetTrace = {
  announcing: (_, send) => send(undefined),
  hearing: (_, work) => work(),
};
