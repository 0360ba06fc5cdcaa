import process from "node:process";
import { parseArgs } from "node:util";
import { benchCatalog } from "./catalog-bench.ts";
import { benchConsole } from "./console-bench.ts";
import { generateCatalog } from "./generated-catalog.ts";
import { benchHttp } from "./http-bench.ts";
import { benchOutage } from "./outage-bench.ts";
import { createReport } from "./report.ts";
import { benchTelemetry } from "./telemetry-bench.ts";
import { benchTickers } from "./tickers-bench.ts";

const VIEWS = 10_000;

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const report = createReport((line) => process.stderr.write(`${line}\n`));
const catalog = generateCatalog(VIEWS);
await benchCatalog(report, catalog);
await benchTickers(report);
await benchHttp(report, catalog);
await benchOutage(report);
await benchTelemetry(report, catalog);
await benchConsole(report, catalog);
process.stdout.write(`${values.json ? report.json() : report.table()}\n`);
