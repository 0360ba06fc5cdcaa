import { describe, expect, test } from "vitest";
import type { CatalogEvent } from "../../../src/app/catalog/catalog-event.ts";
import type { Fleet } from "../../../src/app/fleet/replica-registry.ts";
import { createLiveState } from "../../../src/app/live/live-state.ts";
import type { Readiness } from "../../../src/app/readiness.ts";
import type { Diagnostic } from "../../../src/domain/diagnostic.ts";

const READY: Readiness = {
  status: "ready",
  reasons: [],
  components: {
    catalog: { state: "absent" },
    cache: { backend: "local", state: "up", breaker: "closed" },
    tickers: { state: "absent" },
  },
};

function startState(viewsDir = "/srv/secret-place/views/") {
  const fleet: { seen: Fleet } = {
    seen: { self: "a", shared: true, publishedHash: undefined, replicas: [] },
  };
  const state = createLiveState({
    readiness: () => READY,
    viewsDir,
    fleet: () => fleet.seen,
    nowMs: () => 0,
  });
  return { state, fleet };
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

function refused(trigger: "preload" | "reload", origin: "cache" | "disk" = "disk"): CatalogEvent {
  const detail = 'Cannot load catalog "/srv/secret-place/views": 1 view is invalid';
  return { kind: "refused", trigger, refusal: { origin, reason: "invalid-catalog", detail } };
}

describe("createLiveState()", () => {
  test("tells a refused reload with its findings, a bounded number of them, until one goes well", () => {
    const { state } = startState();
    const diagnostics = Array.from({ length: 40 }, (_, index) => finding(index + 1));
    state.catalogEvent({ kind: "source-invalid", diagnostics });
    state.catalogEvent(refused("reload"));
    const { refusal } = state.current();
    expect(refusal).toMatchObject({
      at: "1970-01-01T00:00:00.000Z",
      reason: "invalid-catalog",
      findingsTotal: 40,
    });
    expect(refusal?.findings).toHaveLength(30);
    state.catalogEvent({ kind: "reloaded", hash: "" as never, previousHash: undefined });
    expect(state.current().refusal).toBeNull();
  });

  test("names files by their path in the folder of views, and never that folder", () => {
    const { state } = startState();
    state.catalogEvent({ kind: "source-invalid", diagnostics: [finding(3)] });
    state.catalogEvent(refused("reload"));
    const told = JSON.stringify(state.current());
    expect(told).toContain('"file":"sub/view_a.yaml","line":3');
    expect(told).not.toContain("secret-place");
  });

  test("tells nothing of what was refused at the start, or from the cache", () => {
    const { state } = startState();
    state.catalogEvent(refused("preload"));
    state.catalogEvent(refused("reload", "cache"));
    expect(state.current().refusal).toBeNull();
  });

  test("counts changes of the fleet without telling who is in it", () => {
    const { state, fleet } = startState();
    expect(state.current().fleetChanges).toBe(0);
    const replica = { id: "replica-of-a-host", catalog: null, cache: { backend: "redis", state: "up" } };
    const look = (divergent: boolean): Fleet =>
      ({ ...fleet.seen, replicas: [{ ...replica, divergent }] }) as unknown as Fleet;
    fleet.seen = look(false);
    expect(state.current().fleetChanges).toBe(1);
    expect(state.current().fleetChanges).toBe(1);
    fleet.seen = look(true);
    expect(state.current().fleetChanges).toBe(2);
    expect(JSON.stringify(state.current())).not.toContain("replica-of-a-host");
  });
});
