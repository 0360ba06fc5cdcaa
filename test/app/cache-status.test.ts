import { describe, expect, test } from "vitest";
import { type CacheStatus, createCacheStatusTracker } from "../../src/app/cache-status.ts";
import { CACHE_ERROR_CODES } from "../../src/ports/cache-port.ts";

function createRecorder(backend: CacheStatus["backend"]) {
  const changes: CacheStatus[] = [];
  const tracker = createCacheStatusTracker(backend, (status) => changes.push(status));
  return { tracker, changes };
}

const UP = { backend: "redis", up: true };

describe("createCacheStatusTracker()", () => {
  test.each(["local", "redis"] as const)(
    "createCacheStatusTracker() starts with the %s cache up",
    (backend) => {
      const { tracker, changes } = createRecorder(backend);
      expect(tracker.current()).toEqual({ backend, up: true });
      expect(changes).toEqual([]);
    },
  );

  test.each(["rejected", "timeout", "unavailable"] as const)(
    "record() takes the cache for down after %s",
    (code) => {
      const { tracker, changes } = createRecorder("redis");
      tracker.record(code);
      expect(tracker.current()).toEqual({ backend: "redis", up: false, reason: code });
      expect(changes).toEqual([{ backend: "redis", up: false, reason: code }]);
    },
  );

  test.each(["aborted", "closed", "too-large"] as const)(
    "record() learns nothing about the server from %s",
    (code) => {
      const { tracker, changes } = createRecorder("redis");
      tracker.record(code);
      expect(tracker.current()).toEqual(UP);
      tracker.record("timeout");
      tracker.record(code);
      expect(tracker.current()).toEqual({ backend: "redis", up: false, reason: "timeout" });
      expect(changes).toHaveLength(1);
    },
  );

  test("record() tells of going down and of coming back, once each", () => {
    const { tracker, changes } = createRecorder("redis");
    for (const result of ["ok", "timeout", "timeout", "unavailable", "ok", "ok", "rejected"] as const) {
      tracker.record(result);
    }
    const downs = [
      { backend: "redis", up: false, reason: "timeout" },
      { backend: "redis", up: false, reason: "rejected" },
    ];
    expect(changes).toEqual([downs[0], UP, downs[1]]);
  });

  test("record() keeps the latest reason while the cache stays down, and drops it when the cache is back", () => {
    const { tracker } = createRecorder("redis");
    tracker.record("timeout");
    tracker.record("unavailable");
    expect(tracker.current()).toEqual({ backend: "redis", up: false, reason: "unavailable" });
    tracker.record("ok");
    expect(Object.keys(tracker.current())).toEqual(["backend", "up"]);
  });

  test("record() shows the new status to whom it tells", () => {
    const seen: CacheStatus[] = [];
    const tracker = createCacheStatusTracker("redis", () => seen.push(tracker.current()));
    tracker.record("timeout");
    tracker.record("ok");
    expect(seen.map(({ up }) => up)).toEqual([false, true]);
  });

  test("every code of a cache error is tested", () => {
    const tested = ["aborted", "closed", "rejected", "timeout", "too-large", "unavailable"];
    expect(tested).toEqual([...CACHE_ERROR_CODES]);
  });
});
