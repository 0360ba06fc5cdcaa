import type { FleetEvent } from "../fleet/events.ts";
import type { Log } from "./log.ts";

/** Logs the announcements of replicas. */
export function logFleetEvent(log: Log, notice: FleetEvent): void {
  switch (notice.kind) {
    case "listening":
      log.info("Announcements of other replicas are heard");
      break;
    case "deaf":
      log.warn(
        { reason: notice.reason, detail: notice.detail },
        "Announcements of other replicas are not heard: they are caught up with later",
      );
      break;
    case "announced":
      log.debug({ announcement: notice.announcement.kind }, "Announced to other replicas");
      break;
    case "heard":
      log.debug(
        { announcement: notice.announcement.kind, from: notice.announcement.replica },
        "Another replica announced",
      );
      break;
    case "not-announced":
      log.info(
        { announcement: notice.announcement, reason: notice.reason, detail: notice.detail },
        "Not announced: other replicas find out by themselves",
      );
      break;
    case "ignored":
      log.debug({ bytes: notice.bytes }, "A message that is no announcement was ignored");
      break;
    case "defect":
      log.error({ detail: notice.detail, stack: notice.stack }, "Work for the fleet failed unexpectedly");
      break;
  }
}
