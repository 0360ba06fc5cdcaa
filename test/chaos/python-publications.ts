import process from "node:process";
import { parseArgs } from "node:util";
import { publishBesideFleet } from "../support/python-beside-fleet.ts";

/** Python publishes key by key beside a running fleet, as often as `--count` says; fails if one publication is lost. */
const { values } = parseArgs({ options: { count: { type: "string", default: "20" } } });
const print = (line: string): void => void process.stdout.write(`${line}\n`);

let losses = 0;
for await (const { publication, loss, durationMs } of publishBesideFleet(Number(values.count))) {
  if (loss !== undefined) losses += 1;
  print(`publication ${publication}: ${loss ?? "kept"}, ${(durationMs / 1000).toFixed(1)} s`);
}
print(`${losses} of ${values.count} lost`);
process.exitCode = losses === 0 ? 0 : 1;
