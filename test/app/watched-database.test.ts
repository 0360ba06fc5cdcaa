import { describe, expect, test } from "vitest";
import { createLog } from "../../src/app/telemetry/log.ts";
import { watchDatabase } from "../../src/app/watched-database.ts";
import { type Database, DatabaseError, type DatabaseObservation } from "../../src/ports/database-port.ts";

describe("watchDatabase()", () => {
  test("D10: a database that nobody asks is probed, and a dead one is seen, logged and counted", async () => {
    const failing: (readonly string[])[] = [];
    let isDown = false;
    const database: Database = {
      name: "a database",
      load: async () => [],
      async columns(names) {
        failing.push(names);
        if (isDown)
          throw new DatabaseError("unavailable", "there is no connection", { databaseMessage: "refused" });
        return new Map();
      },
      close: async () => undefined,
    };
    const lines: string[] = [];
    const log = createLog({ logLevel: "info", logFormat: "json" }, { write: (line) => lines.push(line) });
    const seen: DatabaseObservation[] = [];
    let changes = 0;
    const stop = new AbortController();
    const watched = watchDatabase({
      database,
      log,
      observe: (observation) => seen.push(observation),
      onChange: () => {
        changes += 1;
      },
      nowMs: () => 0,
    });
    const states: string[] = [];
    let pauses = 0;
    await watched.keepProbing({
      async pause() {
        states.push(watched.status().state);
        pauses += 1;
        isDown = pauses === 2 || pauses === 3;
        if (pauses === 5) stop.abort();
      },
      signal: stop.signal,
    });
    expect(states).toEqual(["unknown", "up", "down", "down", "up"]);
    expect(changes).toBe(3);
    expect(failing).toEqual([[], [], [], []]);
    expect(seen.map(({ operation, result }) => `${operation} ${result}`)).toEqual([
      "probe ok",
      "probe unavailable",
      "probe unavailable",
      "probe ok",
    ]);
    const told = lines.map((line) => JSON.parse(line)).map(({ msg, reason, said }) => [msg, reason, said]);
    expect(told).toEqual([
      ["Database does not answer", "unavailable", "refused"],
      ["Database answers again", undefined, undefined],
    ]);
  });
});
