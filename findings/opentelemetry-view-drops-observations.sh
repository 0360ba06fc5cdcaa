#!/bin/sh
# A View of OpenTelemetry JS (sdk-metrics 3.1.0) that leaves an attribute out adds up what a Counter counted, but keeps only the last
# observation of an ObservableCounter: its points now have equal attributes, and each one replaces the one before. So a view against
# too many series makes totals wrong, by an amount that depends on the order of the observations.
# Seen: 10, 20 and 3 for three shards, without the attribute "shard": Counter and UpDownCounter give 33, their observable forms 3, and
# 20 in another order; with an allow list and a deny list alike. The specification's supplementary guidelines add them up for both.
# The API documents that a callback that observes one set of attributes twice may lose a value; that a view makes them equal it does
# not mention. SDKs of other languages had issues about it in 2022 (Java, Python, Go); none about JavaScript was found. Exits with 1
# when that has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --ignore-scripts --save-exact @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0
cat >run.mjs <<'JS'
import assert from "node:assert/strict";
import * as metrics from "@opentelemetry/sdk-metrics";
class Reader extends metrics.MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}
async function totals(processor, shards) {
  const reader = new Reader();
  const views = [{ instrumentName: "*", attributesProcessors: [processor] }];
  const meter = new metrics.MeterProvider({ readers: [reader], views }).getMeter("app");
  for (const counter of [meter.createCounter("counter"), meter.createUpDownCounter("upDown")]) {
    for (const [shard, value] of Object.entries(shards)) counter.add(value, { shard });
  }
  const observe = (result) => {
    for (const [shard, value] of Object.entries(shards)) result.observe(value, { shard });
  };
  meter.createObservableCounter("observableCounter").addCallback(observe);
  meter.createObservableUpDownCounter("observableUpDown").addCallback(observe);
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics[0].metrics.map(({ dataPoints }) => dataPoints.map(({ value }) => value).join());
}
const [deny, allow] = [metrics.createDenyListAttributesProcessor(["shard"]), metrics.createAllowListAttributesProcessor([])];
const keep = metrics.createDenyListAttributesProcessor([]);
for (const processor of [deny, allow]) {
  assert.deepEqual(await totals(processor, { a: 10, b: 20, c: 3 }), ["33", "33", "3", "3"]);
  assert.deepEqual(await totals(processor, { a: 10, c: 3, b: 20 }), ["33", "33", "20", "20"]);
}
assert.deepEqual(new Set(await totals(keep, { a: 10, b: 20, c: 3 })), new Set(["10,20,3"]));
console.log("OpenTelemetry JS 3.1.0: a view without an attribute sums a Counter, and keeps the last part of an ObservableCounter");
JS
node run.mjs
