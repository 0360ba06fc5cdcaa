import process from "node:process";
import { parseArgs } from "node:util";
import type { Catalog } from "../src/domain/catalog/catalog.ts";
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

const report = createReport((line) => process.stderr.write(`${line}\n`));
const parts: Readonly<Record<string, (catalog: Catalog, isLarge: boolean) => Promise<void>>> = {
  catalog: (catalog) => benchCatalog(report, catalog),
  load: (catalog) => benchLoad(report, catalog),
  publish: (catalog) => benchPublish(report, catalog),
  growth: (_, isLarge) => benchGrowth(report, isLarge),
  propagation: () => benchPropagation(report),
  tickers: () => benchTickers(report),
  http: (catalog) => benchHttp(report, catalog),
  bodies: (catalog) => benchBodies(report, catalog),
  start: () => benchStart(report),
  outage: () => benchOutage(report),
  telemetry: (catalog) => benchTelemetry(report, catalog),
  console: (catalog) => benchConsole(report, catalog),
  history: () => benchHistory(report),
};
const USAGE = `Usage: npm run bench -- [--json] [--large] [PART...]

Measures all parts, or those that are named: ${Object.keys(parts).join(", ")}

Options:
  --json   print one JSON object; use it with npm run -s
  --large  growth: measure the largest catalog too
`;

function readArguments() {
  const flag = { type: "boolean", default: false } as const;
  const options = { json: flag, large: flag, help: { ...flag, short: "h" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const names = positionals.length === 0 ? Object.keys(parts) : positionals;
  const named = names.map((name) => {
    const part = parts[name];
    if (part === undefined) throw new RangeError(`Unknown part ${JSON.stringify(name)}`);
    return part;
  });
  return { ...values, named };
}

async function main(): Promise<void> {
  let given: ReturnType<typeof readArguments>;
  try {
    given = readArguments();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (given.help) {
    process.stdout.write(USAGE);
    return;
  }
  await setup();
  const catalog = generateCatalog(VIEWS);
  for (const part of given.named) await part(catalog, given.large);
  process.stdout.write(`${given.json ? report.json() : report.table()}\n`);
}

await main();
