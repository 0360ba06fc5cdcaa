#!/bin/sh
# When the source of an ObservableCounter begins at zero once more, the second reader of OpenTelemetry JS (sdk-metrics 3.1.0) adds the
# new values to the old ones for good. The reader that collects first gets the new value. For the other one the SDK merges what was
# collected meanwhile, and the mark that this was a reset is lost in that merge. So of a Prometheus endpoint beside an OTLP exporter
# one is too high until the process ends, and shows no reset. Counters of Redis, of a worker or of a child process reset so.
# Seen for 100, a reset, then 10 and 20: the first reader gives 100, 10 and 20, the second 100, 110 and 120, also if the first one
# asks for deltas; one reader alone is right, and so is an ObservableUpDownCounter with two. An issue of 2023 about two readers
# without a reset is fixed; about resets neither an issue nor documentation was found. Exits with 1 when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import { AggregationTemporality, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}
const deltas = { aggregationTemporalitySelector: () => AggregationTemporality.DELTA };
async function collected(instrument, ...readers) {
  let total = 0;
  const meter = new MeterProvider({ readers }).getMeter("app");
  meter[instrument]("hits").addCallback((result) => result.observe(total));
  const values = readers.map(() => []);
  for (total of [100, 10, 20]) {
    for (const [index, reader] of readers.entries()) {
      const { resourceMetrics } = await reader.collect();
      values[index].push(resourceMetrics.scopeMetrics[0].metrics[0].dataPoints[0].value);
    }
  }
  return values;
}
const right = [100, 10, 20];
const counter = "createObservableCounter";
assert.deepEqual(await collected(counter, new Reader()), [right]);
assert.deepEqual(await collected(counter, new Reader(), new Reader()), [right, [100, 110, 120]]);
assert.deepEqual(await collected(counter, new Reader(deltas), new Reader()), [[100, 10, 10], [100, 110, 120]]);
assert.deepEqual(await collected("createObservableUpDownCounter", new Reader(), new Reader()), [right, right]);
console.log("OpenTelemetry JS 3.1.0, two readers: after a reset of an ObservableCounter the second adds old and new values");
JS
node run.mjs
