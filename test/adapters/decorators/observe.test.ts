import { describe, expect, test } from "vitest";
import { withObserver } from "../../../src/adapters/decorators/observe.ts";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { bytes, LONG_SECONDS, textEntries } from "../../../src/conformance/cache-samples.ts";
import type { CacheObservation, CachePort } from "../../../src/ports/cache-port.ts";
import { describeCache } from "../../support/describe-conformance.ts";
import { openMemoryHarness } from "../../support/memory-cache-harness.ts";

describeCache({
  name: "withObserver()",
  open: () => openMemoryHarness((cache) => withObserver(cache, () => undefined)),
});

const ttlSeconds = LONG_SECONDS;

function observe(inner: CachePort) {
  const observations: CacheObservation[] = [];
  const cache = withObserver(inner, (observation) => observations.push(observation));
  const seen = () => observations.map(({ operation, result }) => `${operation} ${result}`);
  return { cache, observations, seen };
}

async function callEach(
  cache: CachePort,
  signal?: AbortSignal,
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const options = signal === undefined ? {} : { signal };
  const publication = { entries: textEntries({ b: "2" }), ttlSeconds, remove: [], expect: [] };
  return [
    ...(await Promise.allSettled([cache.get("a", options)])),
    ...(await Promise.allSettled([cache.getWithTtl("a", options)])),
    ...(await Promise.allSettled([cache.getMany(["a", "b"], options)])),
    ...(await Promise.allSettled([cache.fingerprint(["a", "b"], options)])),
    ...(await Promise.allSettled([cache.set("a", bytes("1"), { ttlSeconds, ...options })])),
    ...(await Promise.allSettled([cache.delete("a", options)])),
    ...(await Promise.allSettled([cache.publish(publication, options)])),
  ];
}

describe("withObserver()", () => {
  test("withObserver() reports each operation that went well, once, and closing never", async () => {
    const { cache, observations, seen } = observe(createMemoryCache());
    const outcomes = await callEach(cache);
    await cache.close();
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => "fulfilled"));
    expect(seen()).toEqual([
      "get ok",
      "getWithTtl ok",
      "getMany ok",
      "fingerprint ok",
      "set ok",
      "delete ok",
      "publish ok",
    ]);
    expect(observations.filter(({ seconds }) => !Number.isFinite(seconds) || seconds < 0)).toEqual([]);
    expect(observations.map((observation) => Object.keys(observation))).toEqual(
      observations.map(() => ["operation", "result", "seconds"]),
    );
  });

  test("withObserver() reports a conflict as an answer like any other", async () => {
    const { cache, seen } = observe(createMemoryCache());
    const expected = [{ key: "a", value: bytes("1") }];
    const outcome = await cache.publish({ entries: [], ttlSeconds, remove: [], expect: expected });
    expect(outcome).toEqual({ kind: "conflict" });
    expect(seen()).toEqual(["publish ok"]);
  });

  test("withObserver() reports the code of each operation that failed", async () => {
    const { cache, seen } = observe(createMemoryCache({ bytesMax: 4 }));
    await callEach(cache, AbortSignal.abort());
    await Promise.allSettled([cache.set("a", bytes("12345"), { ttlSeconds })]);
    await cache.close();
    await callEach(cache);
    const operations = ["get", "getWithTtl", "getMany", "fingerprint", "set", "delete", "publish"];
    const aborted = operations.map((operation) => `${operation} aborted`);
    const closed = operations.map((operation) => `${operation} closed`);
    expect(seen()).toEqual([...aborted, "set too-large", ...closed]);
  });

  test("withObserver() passes misuse on and reports nothing", async () => {
    const { cache, seen } = observe(createMemoryCache());
    await expect(cache.set("a", bytes("1"), { ttlSeconds: 0 })).rejects.toThrow(RangeError);
    expect(seen()).toEqual([]);
  });
});
