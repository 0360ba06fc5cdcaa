import { describe, expect, test } from "vitest";
import type { CatalogEvent } from "../../../src/app/catalog/events.ts";
import type { FleetCounts } from "../../../src/app/fleet/replica-registry.ts";
import type { Readiness } from "../../../src/app/status/readiness.ts";
import { createServiceState } from "../../../src/app/status/status-stream.ts";
import type { Diagnostic } from "../../../src/domain/view/diagnostic.ts";
import { PASSING_CHECKS } from "../../support/scripted-api.ts";

const READY: Readiness = {
  status: "ready",
  reasons: [],
  components: {
    catalog: { state: "absent" },
    cache: { backend: "local", state: "up", breaker: "closed" },
    database: { state: "up" },
    tickers: { state: "absent" },
  },
  checks: PASSING_CHECKS,
};

function startState(viewsDir = "/srv/secret-place/views/") {
  const fleet: { seen: FleetCounts } = {
    seen: { shared: true, replicas: 1, others: 0, divergent: 0, digest: "a" },
  };
  const clock = { nowMs: 0 };
  const state = createServiceState({
    readiness: () => READY,
    viewsDir,
    fleet: () => fleet.seen,
    wallMs: () => clock.nowMs,
  });
  return { state, fleet, clock };
}

const finding = (line: number): Diagnostic => ({
  severity: "error",
  code: "yaml-syntax",
  file: "/srv/secret-place/views/sub/view_a.yaml",
  line,
  column: 1,
  pointer: "",
  message: "wrong",
  hint: "right",
});

function refused(trigger: "preload" | "reload", source: "cache" | "disk" = "disk"): CatalogEvent {
  const detail = 'Cannot load catalog "/srv/secret-place/views": 1 view is invalid';
  return { kind: "refused", trigger, refusal: { source, reason: "invalid-catalog", detail } };
}

describe("createServiceState()", () => {
  test("tells a refused reload with its findings, a bounded number of them, until one goes well", () => {
    const { state } = startState();
    const diagnostics = Array.from({ length: 40 }, (_, index) => finding(index + 1));
    state.onCatalogEvent({ kind: "source-invalid", diagnostics });
    state.onCatalogEvent(refused("reload"));
    const { refusal } = state.current();
    expect(refusal).toMatchObject({
      at: "1970-01-01T00:00:00.000Z",
      reason: "invalid-catalog",
      findingsTotal: 40,
    });
    expect(refusal?.findings).toHaveLength(30);
    state.onCatalogEvent({ kind: "reloaded", hash: "" as never, previousHash: undefined });
    expect(state.current().refusal).toBeNull();
  });

  test("names files by their path in the folder of views, and never that folder", () => {
    const { state } = startState();
    state.onCatalogEvent({ kind: "source-invalid", diagnostics: [finding(3)] });
    state.onCatalogEvent(refused("reload"));
    const told = JSON.stringify(state.current());
    expect(told).toContain('"file":"sub/view_a.yaml","line":3');
    expect(told).not.toContain("secret-place");
  });

  test("current() writes the findings in one language, English where there is no translation", () => {
    const { state } = startState();
    const translations = { pt: { message: "errado", hint: "certo" } };
    const diagnostics = [{ ...finding(1), translations }, finding(2)];
    state.onCatalogEvent({ kind: "source-invalid", diagnostics });
    state.onCatalogEvent(refused("reload"));
    const textsIn = (language: "en" | "pt") =>
      state.current(language).refusal?.findings.map(({ message, hint }) => `${message} ${hint}`);
    expect([textsIn("en"), textsIn("pt")]).toEqual([
      ["wrong right", "wrong right"],
      ["errado certo", "wrong right"],
    ]);
    expect(JSON.stringify(state.current())).not.toContain("translations");
  });

  test("E3: tells what was refused at the start, once for as long as it stays the same", () => {
    const { state, clock } = startState();
    state.onCatalogEvent({ kind: "source-invalid", diagnostics: [finding(3)] });
    state.onCatalogEvent(refused("preload"));
    const first = state.current().refusal;
    expect(first).toMatchObject({
      findingsTotal: 1,
      findings: [{ file: "sub/view_a.yaml", code: "yaml-syntax" }],
    });
    clock.nowMs += 5_000;
    state.onCatalogEvent({ kind: "source-invalid", diagnostics: [finding(3)] });
    state.onCatalogEvent(refused("preload"));
    expect(state.current().refusal).toEqual(first);
    state.onCatalogEvent({ kind: "source-invalid", diagnostics: [finding(4)] });
    state.onCatalogEvent(refused("preload"));
    expect(state.current().refusal).toMatchObject({
      at: "1970-01-01T00:00:05.000Z",
      findings: [{ line: 4 }],
    });
    clock.nowMs += 5_000;
    state.onCatalogEvent(refused("reload"));
    expect(state.current().refusal?.at).toBe("1970-01-01T00:00:10.000Z");
    // The check is dated by the first refusal.
    expect(state.disk().refusal?.at).toBe("1970-01-01T00:00:00.000Z");
  });

  test("E3: tells what is wrong on a disk that is compared after a start from the cache", () => {
    const { state } = startState();
    state.onCatalogEvent({ kind: "source-invalid", diagnostics: [finding(3)] });
    state.onCatalogEvent({ kind: "disk-compared", diskHash: undefined, divergent: true });
    expect(state.current().refusal).toMatchObject({ reason: "invalid-catalog", findingsTotal: 1 });
    expect(state.disk().refusal).toMatchObject({ reason: "invalid-catalog", errors: 1 });
  });

  test("tells nothing of what was refused from the cache", () => {
    const { state } = startState();
    state.onCatalogEvent(refused("reload", "cache"));
    expect(state.current().refusal).toBeNull();
  });

  test("E4: knows that the disk differs, until its catalog is active", () => {
    const { state } = startState();
    expect(state.disk()).toEqual({ differs: undefined, refusal: null });
    state.onCatalogEvent({ kind: "disk-compared", diskHash: "" as never, divergent: true });
    expect(state.disk().differs).toBe(true);
    state.onCatalogEvent({ kind: "reloaded", hash: "" as never, previousHash: undefined });
    expect(state.disk().differs).toBe(false);
  });

  test("counts changes of the fleet without naming its replicas", () => {
    const { state, fleet } = startState();
    expect(state.current().fleetChanges).toBe(0);
    fleet.seen = { ...fleet.seen, digest: "b" };
    expect(state.current().fleetChanges).toBe(1);
    expect(state.current().fleetChanges).toBe(1);
    fleet.seen = { ...fleet.seen, shared: false };
    expect(state.current().fleetChanges).toBe(2);
  });
});
