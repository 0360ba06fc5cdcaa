import { randomUUID } from "node:crypto";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { withNamespace } from "../src/adapters/decorators/namespace.ts";
import { createMemoryCache } from "../src/adapters/memory/cache.ts";
import { createRedisCache } from "../src/adapters/redis/cache.ts";
import { connectRedis, createRedisClient } from "../src/adapters/redis/client.ts";
import { createSqliteDatabase } from "../src/adapters/sqlite/database.ts";
import { createLease } from "../src/app/tickers/lease.ts";
import { decodeTickers, encodeTickers } from "../src/app/tickers/shared-tickers.ts";
import { createTickerService } from "../src/app/tickers/ticker-service.ts";
import { createTickerSnapshot, type TickerSnapshot } from "../src/app/tickers/ticker-snapshot.ts";
import { extractTickers } from "../src/domain/tickers/extract-tickers.ts";
import type { Ticker } from "../src/domain/tickers/ticker.ts";
import type { TickerSet } from "../src/domain/tickers/ticker-set.ts";
import type { CachePort } from "../src/ports/cache-port.ts";
import { startRedis } from "../test/support/redis-server.ts";
import { paired, timed } from "./paired.ts";
import type { Report } from "./report.ts";

const TTL_SECONDS = 3600;
const LOADS = 20_000;
const NOTE_LOADS = 200;
const LOOKUPS = 3_000_000;
const MEGABYTE = 1_000_000;
const QUESTION =
  "Qual foi o último rendimento do HGLG11, e o preço médio de KNRI11 ou mxrf11.SA na última semana? ";

/** Tickers in this process against a bare set, against the design note's cache, and their extraction from long texts. */
export async function benchTickers(report: Report): Promise<void> {
  const set = await benchLoad(report, "memory", createMemoryCache());
  await using server = await startRedis();
  const client = createRedisClient(server.url);
  if (!(await connectRedis(client, 5000)))
    throw new Error("Cannot run the benchmark: Redis did not become ready");
  await benchLoad(report, "redis", createRedisCache(client));
  client.disconnect();
  await benchHas(report, set);
  await benchExtraction(report, set);
  await benchLargeList(report);
}

async function benchLoad(report: Report, name: "memory" | "redis", inner: CachePort): Promise<TickerSet> {
  const cache = withNamespace(inner, "bench");
  const source = createSqliteDatabase({ location: "sample", query: "SELECT ticker FROM view_fiis_info" });
  const service = createTickerService({
    cache,
    source,
    ttlSeconds: TTL_SECONDS,
    emit: () => undefined,
    nowMs: () => performance.now(),
    lease: createLease({ cache, key: "leases:tickers", ttlSeconds: 5, createToken: randomUUID }),
    random: Math.random,
    pause: async (ms) => delay(ms),
  });
  const loaded = await service.load();
  if (loaded.kind !== "tickers") throw new Error("Cannot run the benchmark: no tickers were loaded");
  await source.close();
  const note = async (): Promise<void> => {
    for (let count = 0; count < NOTE_LOADS; count++) await noteLoad(cache);
  };
  const ours = async (): Promise<void> => {
    for (let count = 0; count < LOADS; count++) await service.load();
  };
  const comparison = await paired(
    9,
    async () => (await timed(note)) / NOTE_LOADS,
    async () => (await timed(ours)) / LOADS,
  );
  report.add(`note_tickers_vs_load_${name}`, comparison, {
    target: name === "redis" ? 50 : 10,
    better: "higher",
  });
  return loaded.snapshot.set;
}

/** The design note's way, at every question: read the shared list, parse it, make a set of it. */
async function noteLoad(cache: CachePort): Promise<ReadonlySet<string>> {
  const bytes = await cache.get("tickers:list");
  return new Set(JSON.parse(new TextDecoder().decode(bytes)) as string[]);
}

async function benchHas(report: Report, set: TickerSet): Promise<void> {
  const bare = new Set<string>(set.tickers);
  const asked = [...set.tickers.slice(0, 64), "AAAA11", "ZZZZ11", "para", ""];
  const lookUp = (has: (ticker: string) => boolean) => () =>
    timed(() => {
      let found = 0;
      for (let count = 0; count < LOOKUPS; count++)
        if (has(asked[count % asked.length] as string)) found += 1;
      if (found === 0) throw new Error("Cannot run the benchmark: nothing was found");
    });
  const comparison = await paired(
    15,
    lookUp((ticker) => set.has(ticker)),
    lookUp((ticker) => bare.has(ticker)),
  );
  report.add("has_ticker_vs_set_has", comparison, { target: 2, better: "lower" });
}

async function benchExtraction(report: Report, set: TickerSet): Promise<void> {
  const megabyte = QUESTION.repeat(Math.ceil(MEGABYTE / QUESTION.length));
  const half = megabyte.slice(0, megabyte.length / 2);
  const extract = (text: string) => () => timed(() => extractTickers(text, set));
  report.add("extract_1mb_vs_half", await paired(9, extract(megabyte), extract(half)), {
    target: 2.5,
    better: "lower",
  });
  const scan = (): Promise<number> => timed(() => [...megabyte.matchAll(/[\p{L}\p{M}\p{N}_]+/gu)].length);
  report.add("extract_1mb_vs_word_scan", await paired(9, extract(megabyte), scan), {
    target: 3,
    better: "lower",
  });
}

const MANY_TICKERS = 100_000;

/** A list of the largest size, as it comes from the shared cache, against the least that can be made of its text. */
async function benchLargeList(report: Report): Promise<void> {
  const bytes = encodeTickers(manyTickers());
  const text = new TextDecoder().decode(bytes);
  const load = (): TickerSnapshot => {
    const tickers = decodeTickers(bytes);
    if (tickers === undefined) throw new Error("Cannot run the benchmark: the list was refused");
    return createTickerSnapshot(tickers, { source: "cache", loadedAtMs: 0, ttlSeconds: TTL_SECONDS });
  };
  const bare = (): ReadonlySet<string> => new Set(JSON.parse(text) as string[]);
  report.add(
    "load_100k_tickers_vs_set",
    await paired(
      31,
      () => timed(load),
      () => timed(bare),
    ),
    {
      target: 1.8,
      better: "lower",
    },
  );
  // The first of each is what it costs to compile and to intern.
  const heap = (make: () => unknown) => async (): Promise<number> => heapOf(make);
  report.add("heap_100k_tickers_vs_set", await paired(5, heap(load), heap(bare)), {
    target: 2,
    better: "lower",
  });
}

function manyTickers(): readonly Ticker[] {
  const letter = (index: number): string => String.fromCharCode(65 + (index % 26));
  return Array.from({ length: MANY_TICKERS }, (_, index) => {
    const code = [26 ** 3, 26 ** 2, 26, 1].map((place) => letter(Math.floor(index / place))).join("");
    return `${code}11` as Ticker;
  });
}

/** The bytes that the heap grows by while a value is held. */
function heapOf(make: () => unknown): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const held = make();
  collectGarbage();
  const bytes = process.memoryUsage().heapUsed - before;
  if (held === undefined) throw new Error("Cannot run the benchmark: nothing was made");
  return bytes;
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
}
