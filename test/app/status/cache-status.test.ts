import { describe, expect, test } from "vitest";
import { type CacheStatus, createCacheStatusTracker } from "../../../src/app/status/cache-status.ts";
import { CACHE_ERROR_CODES } from "../../../src/ports/cache-port.ts";

function createRecorder(backend: CacheStatus["backend"]) {
  const changes: CacheStatus[] = [];
  const tracker = createCacheStatusTracker(backend, (status) => changes.push(status));
  return { tracker, changes };
}

const UP = { backend: "redis", up: true, breaker: "closed" };

describe("createCacheStatusTracker()", () => {
  test.each(["local", "redis"] as const)(
    "createCacheStatusTracker() starts with the %s cache up",
    (backend) => {
      const { tracker, changes } = createRecorder(backend);
      expect(tracker.current()).toEqual({ backend, up: true, breaker: "closed" });
      expect(changes).toEqual([]);
    },
  );

  test.each(["rejected", "timeout", "unavailable"] as const)(
    "record() takes the cache for down after %s",
    (code) => {
      const { tracker, changes } = createRecorder("redis");
      tracker.record("get", code);
      expect(tracker.current()).toEqual({ backend: "redis", up: false, reason: code, breaker: "closed" });
      expect(changes).toEqual([{ backend: "redis", up: false, reason: code, breaker: "closed" }]);
    },
  );

  test.each(["aborted", "busy", "closed", "too-large"] as const)(
    "record() learns nothing about the server from %s",
    (code) => {
      const { tracker, changes } = createRecorder("redis");
      tracker.record("get", code);
      expect(tracker.current()).toEqual(UP);
      tracker.record("get", "timeout");
      tracker.record("get", code);
      expect(tracker.current()).toEqual({
        backend: "redis",
        up: false,
        reason: "timeout",
        breaker: "closed",
      });
      expect(changes).toHaveLength(1);
    },
  );

  test("record() tells of going down and of coming back, once each", () => {
    const { tracker, changes } = createRecorder("redis");
    for (const result of ["ok", "timeout", "timeout", "unavailable", "ok", "ok", "rejected"] as const) {
      tracker.record("get", result);
    }
    const downs = [
      { backend: "redis", up: false, reason: "timeout", breaker: "closed" },
      { backend: "redis", up: false, reason: "rejected", breaker: "closed" },
    ];
    expect(changes).toEqual([downs[0], UP, downs[1]]);
  });

  test("record() keeps the latest reason while the cache stays down, and drops it when the cache is back", () => {
    const { tracker } = createRecorder("redis");
    tracker.record("get", "timeout");
    tracker.record("get", "unavailable");
    expect(tracker.current()).toEqual({
      backend: "redis",
      up: false,
      reason: "unavailable",
      breaker: "closed",
    });
    tracker.record("get", "ok");
    expect(Object.keys(tracker.current())).toEqual(["backend", "up", "breaker"]);
  });

  test("record() shows the new status to whom it tells", () => {
    const seen: CacheStatus[] = [];
    const tracker = createCacheStatusTracker("redis", () => seen.push(tracker.current()));
    tracker.record("get", "timeout");
    tracker.record("get", "ok");
    expect(seen.map(({ up }) => up)).toEqual([false, true]);
  });

  test("record() keeps a server down that answers reads and refuses writes", () => {
    const { tracker, changes } = createRecorder("redis");
    tracker.record("publish", "rejected");
    tracker.record("getMany", "ok");
    expect(tracker.current()).toEqual({ backend: "redis", up: false, reason: "rejected", breaker: "closed" });
    tracker.record("set", "ok");
    expect(tracker.current()).toEqual(UP);
    expect(changes).toHaveLength(2);
  });

  test("record() takes a server whose writes broke off for up when it answers again", () => {
    const { tracker } = createRecorder("redis");
    tracker.record("publish", "timeout");
    tracker.record("get", "ok");
    expect(tracker.current()).toEqual(UP);
  });

  test("recordLoss() takes the cache for down until it answers", () => {
    const { tracker } = createRecorder("redis");
    tracker.recordLoss();
    expect(tracker.current()).toEqual({
      backend: "redis",
      up: false,
      reason: "unavailable",
      breaker: "closed",
    });
    tracker.record("get", "ok");
    expect(tracker.current()).toEqual(UP);
  });

  test("recordTransfers() shows failed transfers while the cache goes down and comes back, until one arrives", () => {
    const { tracker, changes } = createRecorder("redis");
    tracker.recordTransfers(2);
    expect(tracker.current()).toEqual({ ...UP, transferFailures: 2 });
    tracker.record("publish", "unavailable");
    tracker.record("get", "ok");
    expect(changes.map(({ up, transferFailures }) => [up, transferFailures])).toEqual([
      [false, 2],
      [true, 2],
    ]);
    tracker.recordTransfers(0);
    tracker.record("get", "ok");
    expect(tracker.current()).toEqual(UP);
  });

  test("every code of a cache error is tested", () => {
    const tested = ["aborted", "busy", "closed", "rejected", "timeout", "too-large", "unavailable"];
    expect(tested).toEqual([...CACHE_ERROR_CODES]);
  });
});
