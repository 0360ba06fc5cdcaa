import { describe, expect, test } from "vitest";
import { watchViews } from "../../../../src/app/cli/serve/reload-on-save.ts";

/** What a folder shows at each look; the watch ends with the last of them. */
async function watch(looks: readonly string[], costMs = 0) {
  const stop = new AbortController();
  const changes: number[] = [];
  const pausesMs: number[] = [];
  let look = 0;
  let clockMs = 0;
  await watchViews({
    fingerprint: async () => {
      clockMs += costMs;
      const now = looks[look++] ?? "";
      if (look === looks.length) stop.abort();
      return now;
    },
    onChange: async () => void changes.push(look),
    pause: async (ms) => void pausesMs.push(ms),
    monotonicMs: () => clockMs,
    signal: stop.signal,
  });
  return { changes, pausesMs };
}

describe("watchViews()", () => {
  test("watchViews() calls once at the beginning, and not again while nothing changes", async () => {
    expect((await watch(["a", "a", "a", "a"])).changes).toEqual([1]);
  });

  test("watchViews() waits until two looks agree", async () => {
    expect((await watch(["a", "b", "c", "c", "c"])).changes).toEqual([1, 4]);
  });

  test("watchViews() does not call for a change that was taken back", async () => {
    expect((await watch(["a", "b", "a", "a"])).changes).toEqual([1]);
  });

  test("watchViews() calls for every change that comes to rest", async () => {
    expect((await watch(["a", "b", "b", "c", "c", "a", "a"])).changes).toEqual([1, 3, 5, 7]);
  });

  test("watchViews() sees what changed while it called", async () => {
    const stop = new AbortController();
    let folder = "a";
    const seen: string[] = [];
    await watchViews({
      fingerprint: async () => folder,
      onChange: async () => {
        seen.push(folder);
        if (folder === "b") stop.abort();
        folder = "b";
      },
      pause: async () => undefined,
      monotonicMs: () => 0,
      signal: stop.signal,
    });
    expect(seen).toEqual(["a", "b"]);
  });

  test("watchViews() calls now and then for a folder that never rests", async () => {
    const restless = Array.from({ length: 31 }, (_, index) => `look ${index}`);
    expect((await watch(restless)).changes).toEqual([1, 11, 21, 31]);
  });

  test("watchViews() looks the more rarely the longer a look takes", async () => {
    expect(new Set((await watch(["a", "a", "a"], 1)).pausesMs)).toEqual(new Set([150]));
    expect((await watch(["a", "a", "a"], 100)).pausesMs).toEqual([150, 1000]);
  });

  test("watchViews() ends without another look when it is stopped during a pause", async () => {
    const stop = new AbortController();
    let looks = 0;
    await watchViews({
      fingerprint: async () => String(looks++),
      onChange: async () => undefined,
      pause: async () => stop.abort(),
      monotonicMs: () => 0,
      signal: stop.signal,
    });
    expect(looks).toBe(1);
  });
});
