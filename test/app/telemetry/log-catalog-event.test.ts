import { expect, test } from "vitest";
import { createLog } from "../../../src/app/telemetry/log.ts";
import { logCatalogEvent } from "../../../src/app/telemetry/log-events.ts";
import { catalogOf } from "../../support/signed-catalog.ts";

test.each([
  ["conflict", "info"],
  ["outranked", "warn"],
  ["unavailable", "warn"],
] as const)("a catalog that is not published because of %s is told as %s", (reason, level) => {
  const lines: string[] = [];
  const { hash } = catalogOf({ view_a: "a" });
  const log = createLog({ logLevel: "info", logFormat: "json" }, { write: (line) => void lines.push(line) });

  logCatalogEvent(log, { kind: "publish-failed", hash, reason, detail: "why" });

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level, reason, msg: "Catalog not published" },
  ]);
});
