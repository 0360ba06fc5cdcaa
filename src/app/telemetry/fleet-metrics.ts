import { ANNOUNCEMENT_KINDS, type FleetEvent } from "../fleet/events.ts";
import type { FleetCounts } from "../fleet/replica-registry.ts";
import type { Meter } from "./meter.ts";

export function observeFleet(
  { observeGauge }: Meter,
  { fleet, isSubscribed }: { readonly fleet: () => FleetCounts; readonly isSubscribed: () => boolean },
): void {
  observeGauge(
    "mosaic_replicas",
    "Live replicas at the last count; 1 while the shared cache is down",
    () => fleet().replicas,
  );
  observeGauge(
    "mosaic_replicas_divergent",
    "Replicas that did not serve the published catalog at the last count",
    () => fleet().divergent,
  );
  observeGauge(
    "mosaic_announcements_up",
    "Whether announcements of other replicas are received: 1 or 0",
    () => Number(isSubscribed()),
  );
}

export function countAnnouncements(meter: Meter): (notice: FleetEvent) => void {
  const announcements = meter.createCounter(
    "mosaic_announcements_total",
    "Announcements between replicas by event and result",
  );
  for (const announcement of ANNOUNCEMENT_KINDS) {
    for (const result of ["sent", "heard", "failed"]) announcements.add(0, { announcement, result });
  }
  announcements.add(0, { announcement: "unknown", result: "ignored" });
  return (notice) => {
    switch (notice.kind) {
      case "announced":
        return announcements.add(1, { announcement: notice.announcement.kind, result: "sent" });
      case "received":
        return announcements.add(1, { announcement: notice.announcement.kind, result: "heard" });
      case "not-announced":
        return announcements.add(1, { announcement: notice.announcement, result: "failed" });
      case "ignored":
        return announcements.add(1, { announcement: "unknown", result: "ignored" });
      case "subscribed":
      case "unsubscribed":
      case "defect":
        return undefined;
    }
  };
}
