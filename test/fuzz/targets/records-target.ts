import fc from "fast-check";
import { decodeTickers } from "../../../src/app/tickers/shared-tickers.ts";
import {
  parseReplicaIds,
  parseReplicaRecord,
  REPLICAS_MAX,
} from "../../../src/domain/fleet/replica-record.ts";
import { extractTickers } from "../../../src/domain/tickers/extract-tickers.ts";
import { createTickerSet, findTicker } from "../../../src/domain/tickers/ticker-set.ts";
import { must, pureTarget } from "../fuzz-target.ts";
import { hostileWord, hugeText, mutatedBytes, rarely } from "../inputs/hostile-text.ts";
import { hugeJson, mutatedJson } from "../inputs/json-text.ts";

/** A value under a key of ours that is no part of the catalog. */
export interface RecordInput {
  readonly kind: "ids" | "record" | "tickers";
  readonly bytes: Uint8Array;
  /** Looked for among the tickers. */
  readonly text: string;
}

const RECORD = {
  schema: 1,
  id: "replica-1",
  version: "0.1.0",
  runtime: "node 24.0.0",
  startedAt: "2026-01-31T12:00:00.000Z",
  uptimeSeconds: 1.5,
  catalog: { hash: "0".repeat(64), source: "disk", views: 8, revision: 3, ageSeconds: 1 },
  cache: { backend: "redis", state: "up" },
  tickers: { count: 3, ageSeconds: 0.5, stale: false },
  disk: { reason: "invalid-catalog", since: "2026-01-31T12:00:00.000Z" },
};
const VALUES = { ids: ["a", "b"], record: RECORD, tickers: ["HGLG11", "KNRI11", "XPML11.SA", "ABCD3"] };

const inputs: fc.Arbitrary<RecordInput> = fc.constantFrom("ids", "record", "tickers").chain((kind) => {
  const often = mutatedJson(fc.constant<unknown>(VALUES[kind]));
  return fc.record({
    kind: fc.constant(kind),
    bytes: mutatedBytes(rarely(200, { often, seldom: fc.oneof(hugeJson(4_200_000), hugeText(4_200_000)) })),
    text: rarely(200, {
      often: fc.array(hostileWord, { maxLength: 5 }).map((words) => words.join(" ")),
      seldom: hugeText(65_536),
    }),
  });
});

/** Tickers, replica records and lists of replicas are read, or taken for nothing. */
export function checkRecord({ kind, bytes, text }: RecordInput): string {
  switch (kind) {
    case "ids":
      must(parseReplicaIds(bytes).length <= REPLICAS_MAX, "replicas are bounded");
      return "ids";
    case "record": {
      const record = parseReplicaRecord(bytes);
      must(
        record === undefined || /^[\x21-\x7e]{1,100}$/.test(record.id),
        "a record has an id that can be shown",
      );
      return record === undefined ? "no record" : "a record";
    }
    case "tickers":
      return checkTickers(bytes, text);
  }
}

function checkTickers(bytes: Uint8Array, text: string): string {
  const tickers = decodeTickers(bytes);
  if (tickers === undefined) return "no tickers";
  const known = createTickerSet(tickers);
  must(
    tickers.every((ticker) => known.has(ticker)),
    "each ticker is in its set",
  );
  const found = extractTickers(text, known);
  must(
    found.tickers.every((ticker) => known.has(ticker)),
    "only valid tickers are found",
  );
  const ticker = findTicker(text, known);
  must(ticker === undefined || known.has(ticker), "only a valid ticker is found");
  extractTickers(text, undefined);
  return "tickers";
}

export const RECORDS_TARGET = pureTarget({ name: "records", inputs, check: checkRecord });
