import { describe, expect, it } from "vitest";
import { createDatabaseDurations, withDatabaseObserver } from "../../../src/app/telemetry/durations.ts";
import {
  DATABASE_ERROR_CODES,
  type Database,
  DatabaseError,
  type DatabaseObservation,
} from "../../../src/ports/database-port.ts";

function observedOf(database: Partial<Database>) {
  const seen: DatabaseObservation[] = [];
  let nowMs = 0;
  const whole: Database = {
    name: "a database",
    load: async () => [],
    columns: async () => new Map(),
    close: async () => undefined,
    ...database,
  };
  const tick = (): number => {
    nowMs += 250;
    return nowMs;
  };
  return { seen, database: withDatabaseObserver(whole, (observation) => seen.push(observation), tick) };
}

describe("withDatabaseObserver()", () => {
  it("D10: observes what is asked, and hands on the answer", async () => {
    const { database, seen } = observedOf({ load: async () => ["HGLG11"] });
    expect([database.name, await database.load(), await database.columns(["v"])]).toEqual([
      "a database",
      ["HGLG11"],
      new Map(),
    ]);
    expect(seen).toEqual([
      { operation: "tickers", result: "ok", seconds: 0.25 },
      { operation: "columns", result: "ok", seconds: 0.25 },
    ]);
  });

  it.each(DATABASE_ERROR_CODES)("D10: names the failure %s", async (code) => {
    const { database, seen } = observedOf({ load: () => Promise.reject(new DatabaseError(code, "x")) });
    await expect(database.load()).rejects.toMatchObject({ code });
    expect(seen).toEqual([{ operation: "tickers", result: code, seconds: 0.25 }]);
  });

  it("D10: names anything else a defect", async () => {
    const { database, seen } = observedOf({ columns: () => Promise.reject(new TypeError("x")) });
    await expect(database.columns([])).rejects.toThrow(TypeError);
    expect(seen.map(({ result }) => result)).toEqual(["defect"]);
  });
});

describe("createDatabaseDurations()", () => {
  it("D10: has a series for each operation from the start, and one for each result", async () => {
    const durations = createDatabaseDurations(() => 1000);
    durations.record({ operation: "tickers", result: "timeout", seconds: 5 });
    const { resourceMetrics } = await durations.producer.collect();
    const [metric] = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
    expect(metric?.descriptor.name).toBe("mosaic_database_call_duration_seconds");
    expect(metric?.dataPoints.map(({ attributes }) => attributes)).toEqual([
      { operation: "columns", result: "ok" },
      { operation: "probe", result: "ok" },
      { operation: "tickers", result: "ok" },
      { operation: "tickers", result: "timeout" },
    ]);
  });
});
