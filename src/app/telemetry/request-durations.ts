import type { MetricProducer } from "@opentelemetry/sdk-metrics";
import { createDurationHistogram, type DurationSeries } from "./duration-histogram.ts";

/** One answered request. */
export interface HttpObservation {
  readonly method: string;
  /** The route's pattern, never its path; undefined when none matched. */
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

/** The duration of requests, by method, route and status. */
export interface RequestDurations {
  /** Creates a series before its first request. */
  declare(series: Omit<HttpObservation, "seconds">): void;
  record(observation: HttpObservation): void;
  readonly producer: MetricProducer;
}

const BOUNDARIES_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SERIES_MAX = 500;

/**
 * The histogram `http.server.request.duration` of the semantic conventions.
 *
 * Counted here and not by an instrument of the SDK, which takes a tenth of the time in which a view is
 * served.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
export function createRequestDurations(nowMs: () => number): RequestDurations {
  const histogram = createDurationHistogram({
    name: "http.server.request.duration",
    description: "Duration of HTTP requests by method, route and status",
    boundariesSeconds: BOUNDARIES_SECONDS,
    nowMs,
  });
  const byRoute = new Map<string | undefined, Map<string, (DurationSeries | undefined)[]>>();
  let seriesCount = 0;

  function seriesOf({ method, route, status }: Omit<HttpObservation, "seconds">): DurationSeries | undefined {
    const known = byRoute.get(route)?.get(method)?.[status];
    if (known !== undefined || seriesCount >= SERIES_MAX) return known;
    const byMethod = byRoute.get(route) ?? new Map<string, (DurationSeries | undefined)[]>();
    const byStatus = byMethod.get(method) ?? [];
    const series = histogram.add({
      "http.request.method": method,
      "http.response.status_code": status,
      ...(route === undefined ? {} : { "http.route": route }),
    });
    byStatus[status] = series;
    byRoute.set(route, byMethod.set(method, byStatus));
    seriesCount += 1;
    return series;
  }

  return {
    declare: (series) => void seriesOf(series),
    record: (observation) => seriesOf(observation)?.record(observation.seconds),
    producer: histogram.producer,
  };
}
