import process from "node:process";
import { parseArgs } from "node:util";
import { setup } from "../test/support/ensure-servers.ts";
import { benchBodies } from "./bodies-bench.ts";
import { benchCatalog } from "./catalog-bench.ts";
import { benchConsole } from "./console-bench.ts";
import { generateCatalog } from "./generated-catalog.ts";
import { benchGrowth } from "./growth-bench.ts";
import { benchHistory } from "./history-bench.ts";
import { benchHttp } from "./http-bench.ts";
import { benchLoad } from "./load-bench.ts";
import { benchOutage } from "./outage-bench.ts";
import { benchPropagation } from "./propagation-bench.ts";
import { benchPublish } from "./publish-bench.ts";
import { createReport } from "./report.ts";
import { benchStart } from "./start-bench.ts";
import { benchTelemetry } from "./telemetry-bench.ts";
import { benchTickers } from "./tickers-bench.ts";

const VIEWS = 10_000;

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false }, large: { type: "boolean", default: false } },
  allowPositionals: true,
});
const report = createReport((line) => process.stderr.write(`${line}\n`));
const catalog = generateCatalog(VIEWS);
const parts: Readonly<Record<string, () => Promise<void>>> = {
  catalog: () => benchCatalog(report, catalog),
  load: () => benchLoad(report, catalog),
  publish: () => benchPublish(report, catalog),
  growth: () => benchGrowth(report, values.large),
  propagation: () => benchPropagation(report),
  tickers: () => benchTickers(report),
  http: () => benchHttp(report, catalog),
  bodies: () => benchBodies(report, catalog),
  start: () => benchStart(report),
  outage: () => benchOutage(report),
  telemetry: () => benchTelemetry(report, catalog),
  console: () => benchConsole(report, catalog),
  history: () => benchHistory(report),
};
await setup();
// All of them, unless some are named.
for (const name of positionals.length === 0 ? Object.keys(parts) : positionals) {
  const part = parts[name];
  if (part === undefined) throw new RangeError(`No part is called ${name}: ${Object.keys(parts).join(", ")}`);
  await part();
}
process.stdout.write(`${values.json ? report.json() : report.table()}\n`);
