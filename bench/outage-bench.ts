import { setTimeout as delay } from "node:timers/promises";
import { type RedisServer, startRedis } from "../test/support/redis-server.ts";
import { answerTimes } from "./answer-times.ts";
import { type ListeningProcess, startListening } from "./listening-process.ts";
import { paired } from "./paired.ts";
import type { Report } from "./report.ts";

const SERVICE = new URL("../src/app/main.ts", import.meta.url).pathname;
const VIEWS_PAIRS = 11;
const TICKERS_PAIRS = 5;
const VIEWS_LOAD = { path: "/views", connections: 8, requests: 6000 };
/** The time that a call for one key may take. */
const DEADLINE_MS = 500;
/** So short that a question for tickers finds its copy expired and asks the cache. */
const TICKERS_TTL_SECONDS = 0.05;
const ONE_QUESTION = { path: "/tickers", connections: 1, requests: 1 };
const TICKER_QUESTIONS = 10;
/** More calls than a breaker lets fail. */
const OPENING_QUESTIONS = 8;

/** The service while Redis is frozen against the same service while Redis is well, under one load. */
export async function benchOutage(report: Report): Promise<void> {
  await using redis = await startRedis();
  const service = await startListening([SERVICE, "serve"], {
    CACHE_BACKEND: "redis",
    REDIS_URL: redis.url,
    CACHE_NAMESPACE: "bench",
    TICKERS_CACHE_TTL: String(TICKERS_TTL_SECONDS),
    PORT: "0",
  });
  try {
    await untilReady(service);
    await benchViews(report, { redis, service });
    await benchTickers(report, { redis, service });
  } finally {
    redis.thaw();
    await service.stop();
  }
}

interface Bench {
  readonly redis: RedisServer;
  readonly service: ListeningProcess;
}

async function benchViews(report: Report, bench: Bench): Promise<void> {
  const { service } = bench;
  // Questions for tickers go on beside it: they are what meets the cache.
  const p99 = async (): Promise<number> => {
    const asking = new AbortController();
    const views = answerTimes({ port: service.port, ...VIEWS_LOAD }).finally(() => asking.abort());
    const [times] = await Promise.all([views, askTickersUntil(service, asking.signal)]);
    return percentile(times, 0.99);
  };
  report.add("views_p99_frozen_vs_healthy", await paired(VIEWS_PAIRS, () => frozen(bench, p99), p99), {
    target: 1.5,
    better: "lower",
  });
}

async function askTickersUntil({ port }: ListeningProcess, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await answerTimes({ ...ONE_QUESTION, port });
    await delay(TICKERS_TTL_SECONDS * 1000);
  }
}

async function benchTickers(report: Report, bench: Bench): Promise<void> {
  const worst = async (): Promise<number> => Math.max(...(await askTickers(bench, OPENING_QUESTIONS)));
  const median = async (): Promise<number> => percentile(await askTickers(bench, TICKER_QUESTIONS), 0.5);
  const medianOnceHeldBack = async (): Promise<number> => {
    await worst();
    return median();
  };
  const deadline = async (): Promise<number> => DEADLINE_MS;
  report.add(
    "tickers_worst_frozen_vs_deadline",
    await paired(TICKERS_PAIRS, () => frozen(bench, worst), deadline),
    { target: 1.2, better: "lower" },
  );
  report.add(
    "tickers_held_back_vs_healthy",
    await paired(TICKERS_PAIRS, () => frozen(bench, medianOnceHeldBack), median),
    { target: 1.5, better: "lower" },
  );
}

/** One question after the other, each when the copy that the last one brought has expired. */
async function askTickers({ service }: Bench, questions: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let question = 0; question < questions; question++) {
    await delay(TICKERS_TTL_SECONDS * 1500);
    times.push(...(await answerTimes({ ...ONE_QUESTION, port: service.port })));
  }
  return times;
}

/** Measures while Redis is frozen, and waits until the service has it back. */
async function frozen({ redis, service }: Bench, measure: () => Promise<number>): Promise<number> {
  redis.freeze();
  const time = await measure();
  redis.thaw();
  await untilReady(service);
  return time;
}

const LOOKS_MAX = 400;
const LOOK_PAUSE_MS = 25;

async function untilReady({ url }: ListeningProcess): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    // The question for tickers is what makes the service ask its cache.
    await (await fetch(`${url}/tickers`)).arrayBuffer();
    const { status } = (await (await fetch(`${url}/readyz`)).json()) as { readonly status: unknown };
    // With a catalog and with its cache: without the one it is 503, without the other "degraded".
    if (status === "ready") return;
    await delay(LOOK_PAUSE_MS);
  }
  throw new Error("Cannot run the benchmark: the cache did not come back");
}

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
