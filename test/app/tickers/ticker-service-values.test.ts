import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryCache } from "../../../src/adapters/memory/cache.ts";
import { TICKERS_KEY } from "../../../src/app/tickers/shared-tickers.ts";
import { bytes, readText } from "../../../src/conformance/cache-samples.ts";
import { CacheError, type CachePort } from "../../../src/ports/cache-port.ts";
import {
  createScriptedTickerSource,
  databaseFailure,
  type ScriptedTickerSource,
} from "../../support/scripted-ticker-source.ts";
import {
  createFakeClock,
  createTickerReplica,
  type FakeClock,
  seen,
  type TickerReplica,
  TICKERS_TTL_SECONDS as TTL,
} from "../../support/ticker-replica.ts";

const BAD_VALUES: readonly (readonly [what: string, value: Uint8Array])[] = [
  ["no bytes", new Uint8Array()],
  ["no JSON", bytes("HGLG11,KNRI11")],
  ["half a list", bytes('["HGLG11", "KNR')],
  ["an object", bytes('{"tickers": ["HGLG11"]}')],
  ["a text", bytes('"HGLG11"')],
  ["null", bytes("null")],
  ["numbers", bytes("[1, 2]")],
  ["a number among tickers", bytes('["HGLG11", 2]')],
  ["lists of tickers", bytes('[["HGLG11"]]')],
  ["an empty list", bytes("[]")],
  ["a list of blanks", bytes('["", " "]')],
  ["invalid UTF-8", Uint8Array.from([0x5b, 0x22, 0xc3, 0x28, 0x22, 0x5d])],
  ["a pickle", Uint8Array.from([0x80, 0x04, 0x5d, 0x94, 0x2e])],
];

let clock: FakeClock;
let cache: CachePort;
let source: ScriptedTickerSource;
let replica: TickerReplica;
beforeEach(() => {
  clock = createFakeClock();
  cache = createMemoryCache({ nowMs: clock.nowMs, entriesMax: 10 });
  source = createScriptedTickerSource(["HGLG11"]);
  replica = createTickerReplica({ cache, source, clock });
});

describe("load() of a bad value in the shared cache", () => {
  test.each(BAD_VALUES)("load() counts and replaces %s", async (_, value) => {
    await cache.set(TICKERS_KEY, value, { ttlSeconds: TTL });
    expect(seen(await replica.load())).toBe("fresh from database: HGLG11");
    expect(replica.story()).toEqual(["cache-miss: bad-value", "loaded 1 from database"]);
    expect(await readText(cache, TICKERS_KEY)).toBe('["HGLG11"]');
  });

  test.each(BAD_VALUES)("load() deletes %s, database or not", async (_, value) => {
    source.answer(databaseFailure());
    await cache.set(TICKERS_KEY, value, { ttlSeconds: TTL });
    expect(seen(await replica.load())).toBe("unavailable");
    expect(replica.story()).toEqual([
      "cache-miss: bad-value",
      "database-failed: unavailable, Cannot query the database: it is down",
    ]);
    expect(await readText(cache, TICKERS_KEY)).toBeUndefined();
  });

  test("load() replaces a bad value that it may not delete", async () => {
    const keeping: CachePort = {
      ...cache,
      async delete() {
        throw new CacheError("delete", "rejected", "NOPERM");
      },
    };
    await cache.set(TICKERS_KEY, bytes("[]"), { ttlSeconds: TTL });
    const other = createTickerReplica({ cache: keeping, source, clock });
    expect(seen(await other.load())).toBe("fresh from database: HGLG11");
    expect(other.story()).toEqual(["cache-miss: failed", "loaded 1 from database"]);
    expect(await readText(cache, TICKERS_KEY)).toBe('["HGLG11"]');
  });

  test("load() keeps the stale list over a bad value while the database fails", async () => {
    await replica.load();
    clock.elapse(TTL + 1);
    await cache.set(TICKERS_KEY, bytes("[]"), { ttlSeconds: TTL });
    source.answer(databaseFailure());
    expect(seen(await replica.load())).toBe("stale from database: HGLG11");
  });
});

describe("load() of a value that another program wrote", () => {
  test.each([
    ["as Python does", '["HGLG11", "KNRI11"]', "HGLG11 KNRI11"],
    ["without blanks", '["HGLG11","KNRI11"]', "HGLG11 KNRI11"],
    ["in another order, more than once", '["KNRI11", "HGLG11", "KNRI11"]', "HGLG11 KNRI11"],
    ["in lower case, with blanks", '[" hglg11 ", "knri11\\n", ""]', "HGLG11 KNRI11"],
    ["with everything but ASCII escaped", '["A\\u00c7\\u00c3O3"]', "AÇÃO3"],
    ["with a byte order mark", '\ufeff["HGLG11"]', "HGLG11"],
  ])("load() takes a list written %s, and leaves it as it is", async (_, text, tickers) => {
    await cache.set(TICKERS_KEY, bytes(text), { ttlSeconds: TTL });
    expect(seen(await replica.load())).toBe(`fresh from cache: ${tickers}`);
    const count = tickers.split(" ").length;
    expect(replica.story()).toEqual(["cache-hit", `loaded ${count} from cache`]);
    expect(source.queries()).toBe(0);
    expect(Buffer.from((await cache.get(TICKERS_KEY)) ?? []).toString()).toBe(text);
  });
});
