import fc from "fast-check";
import {
  encodeAnnouncement,
  isReplicaId,
  isTraceparent,
  parseAnnouncement,
} from "../../../src/domain/fleet/announcement.ts";
import { must, pureTarget } from "../fuzz-target.ts";
import { hugeText, mutatedBytes, rarely } from "../inputs/hostile-text.ts";
import { hugeJson, mutatedJson } from "../inputs/json-text.ts";

const TRACEPARENT = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;
const events = fc.constantFrom<unknown>(
  { version: 1, kind: "catalog-published", replica: "a", hash: "0".repeat(64) },
  { version: 1, kind: "catalog-published", replica: "a", hash: "0".repeat(64), traceparent: TRACEPARENT },
  { version: 1, kind: "tickers-refreshed", replica: "b" },
);

/** An announcement is one that could have been sent, or none. */
export function checkEvent(bytes: Uint8Array): string {
  const event = parseAnnouncement(bytes);
  if (event === undefined) return "no event";
  must(isReplicaId(event.replica), "an event names a replica");
  must(event.traceparent === undefined || isTraceparent(event.traceparent), "a trace is one");
  const again = parseAnnouncement(encodeAnnouncement(event));
  must(JSON.stringify(again) === JSON.stringify(event), "an event can be sent again");
  return event.kind;
}

export const EVENTS_TARGET = pureTarget({
  name: "events",
  inputs: mutatedBytes(
    rarely(200, { often: mutatedJson(events), seldom: fc.oneof(hugeJson(1_000_000), hugeText(1_000_000)) }),
  ),
  check: checkEvent,
});
