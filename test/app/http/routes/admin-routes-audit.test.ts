import { expect, test } from "vitest";
import type { ReloadOutcome } from "../../../../src/app/catalog/reload.ts";
import { logReloadAudit } from "../../../../src/app/http/routes/admin-routes.ts";
import type { CatalogHash } from "../../../../src/domain/catalog/catalog.ts";
import type { Entity } from "../../../../src/domain/view/entity.ts";

const [OLD, NEW] = ["0".repeat(64), "1".repeat(64)] as CatalogHash[];
const FROM = { hash: OLD, generation: 7 };

function audited(outcome: ReloadOutcome): unknown {
  const lines: unknown[] = [];
  const write =
    (level: string) =>
    (...args: readonly unknown[]): void =>
      void lines.push([level, ...args]);
  logReloadAudit({ info: write("info"), warn: write("warn") }, "who", { from: FROM, outcome });
  return lines;
}

test("logReloadAudit() writes what became what, and names a bounded number of views", () => {
  const names = Array.from({ length: 21 }, (_, index) => `view_${index}` as Entity);
  const outcome: ReloadOutcome = {
    kind: "reloaded",
    hash: NEW as CatalogHash,
    previousHash: OLD,
    generation: 8,
    previousGeneration: 7,
    changes: { added: names, removed: [], changed: names.slice(0, 1) },
    details: [],
    warnings: [],
    views: 30,
    published: false,
  };
  const fields = {
    audit: "reload",
    request_id: "who",
    outcome: "reloaded",
    from_hash: OLD,
    from_generation: 7,
    to_hash: NEW,
    to_generation: 8,
    added: { count: 21, names: names.slice(0, 20) },
    removed: { count: 0, names: [] },
    changed: { count: 1, names: ["view_0"] },
    published: false,
  };
  expect(audited(outcome)).toEqual([["info", fields, "Catalog reload"]]);
});

test.each([
  [{ kind: "refused", reason: "rollback", detail: "why" }, "rollback"],
  [{ kind: "unreadable", detail: "why" }, "unreadable"],
  [{ kind: "invalid", detail: "why", diagnostics: [] }, "invalid"],
] as const)("auditReload() writes what was kept, and why: %o", (outcome, reason) => {
  const kept = { from_hash: OLD, from_generation: 7, reason, detail: "why" };
  const fields = { audit: "reload", request_id: "who", outcome: outcome.kind, ...kept };
  expect(audited(outcome)).toEqual([["warn", fields, "Catalog reload"]]);
});
