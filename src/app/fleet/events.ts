import type { Announcement } from "../../domain/fleet/announcement.ts";
import type { Defect } from "../../lib/run-guarded.ts";
import type { BroadcastErrorCode } from "../../ports/broadcast-port.ts";

export const ANNOUNCEMENT_KINDS = [
  "catalog-published",
  "tickers-refreshed",
] as const satisfies readonly Announcement["kind"][];

export type FleetEvent =
  | { readonly kind: "announced" | "received"; readonly announcement: Announcement }
  | {
      readonly kind: "not-announced";
      readonly announcement: Announcement["kind"];
      readonly reason: BroadcastErrorCode;
      readonly detail: string;
    }
  /** A message that is not a valid announcement. */
  | { readonly kind: "ignored"; readonly bytes: number }
  | { readonly kind: "subscribed" }
  | { readonly kind: "unsubscribed"; readonly reason: BroadcastErrorCode; readonly detail: string }
  | Defect;

/** Carries the trace of an announcement to the replicas that receive it. */
export interface FleetTrace {
  /** Calls `send`, with the trace context if a span is active. */
  traceSend(
    kind: Announcement["kind"],
    send: (traceparent: string | undefined) => Promise<void>,
  ): Promise<void>;
  /** Handles an announcement within its trace. */
  traceReceipt(announcement: Announcement, work: () => Promise<void>): Promise<void>;
}

export const NO_FLEET_TRACE: FleetTrace = {
  traceSend: (_, send) => send(undefined),
  traceReceipt: (_, work) => work(),
};
