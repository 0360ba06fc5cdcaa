import type { MetricData, MetricProducer } from "@opentelemetry/sdk-metrics";
import type { ActiveCatalogHolder } from "../catalog/active-catalog.ts";
import { CUMULATIVE, collected, GAUGE, hrTime, INT } from "./metric-data.ts";

const DESCRIPTOR = {
  name: "mosaic_catalog_info",
  description: "The active catalog: one series with the value 1, or 0 while there is none",
  unit: "",
  valueType: INT,
};

/**
 * One series whose labels describe the active catalog.
 *
 * Not an instrument of the SDK: there an outdated series stays, and each reload would add one.
 */
export function createCatalogInfo(holder: ActiveCatalogHolder, nowMs: () => number): MetricProducer {
  return {
    async collect() {
      const active = holder.current();
      const endTime = hrTime(nowMs());
      const startTime = active === undefined ? endTime : hrTime(active.activatedAtMs);
      const hash = active?.catalog.hash ?? "";
      const attributes = { hash, source: active?.source ?? "none" };
      const metric: MetricData = {
        descriptor: DESCRIPTOR,
        aggregationTemporality: CUMULATIVE,
        dataPointType: GAUGE,
        dataPoints: [{ startTime, endTime, attributes, value: active === undefined ? 0 : 1 }],
      };
      return collected([metric]);
    },
  };
}
