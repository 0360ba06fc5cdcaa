import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { runToEnd } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";

const ROOT = resolve(import.meta.dirname, "../..");

test.each(RUNTIMES)("the example of a program that embeds Mosaic runs on $name", async (runtime) => {
  const args = [...runtime.args, join(ROOT, "docs/examples/embed.ts")];
  const run = await runToEnd(runtime.command, { args, directory: ROOT });
  expect([run.exitCode, run.stderr]).toEqual([0, ""]);
  expect(run.stdout.split("\n")).toEqual([
    '{"columns": ["ticker", "close_price"], "entity": "view_prices", "identifiers": ["ticker"]}',
    '{"count":2,"stale":false,"tickers":["HGLG11","KNRI11"]}',
    "added view_dividends",
    "",
  ]);
});
