import { describe, expect, test } from "vitest";
import { createDatabaseStatusTracker, probeDatabase } from "../../../src/app/status/database-status.ts";
import { DatabaseError, type DatabaseObservation } from "../../../src/ports/database-port.ts";

type Call = readonly [DatabaseObservation["operation"], DatabaseObservation["result"]];

function statusAfter(...calls: readonly Call[]) {
  const changes: string[] = [];
  const tracker = createDatabaseStatusTracker(({ state }) => changes.push(state));
  for (const [operation, result] of calls) tracker.record({ operation, result });
  return { status: tracker.current(), changes };
}

describe("createDatabaseStatusTracker()", () => {
  const down = (reason: string) => ({ state: "down", reason });

  test("D10: knows nothing before the first call, and learns nothing from one that was given up", () => {
    expect(statusAfter().status).toEqual({ state: "unknown" });
    expect(statusAfter(["tickers", "aborted"], ["probe", "defect"]).status).toEqual({ state: "unknown" });
  });

  test("D10: tells each change once", () => {
    const calls: readonly Call[] = [
      ["tickers", "ok"],
      ["tickers", "ok"],
      ["probe", "unavailable"],
      ["probe", "timeout"],
      ["columns", "ok"],
    ];
    expect(statusAfter(...calls)).toEqual({ status: { state: "up" }, changes: ["up", "down", "up"] });
    expect(statusAfter(...calls.slice(0, 4)).status).toEqual(down("timeout"));
  });

  test("D10: takes any answer for the end of an outage, and none but its own for that of a refusal", () => {
    expect(statusAfter(["tickers", "unavailable"], ["probe", "ok"]).status).toEqual({ state: "up" });
    expect(statusAfter(["tickers", "rejected"], ["probe", "ok"]).status).toEqual(down("rejected"));
    expect(statusAfter(["tickers", "no-column"], ["columns", "ok"]).status).toEqual(down("no-column"));
    expect(statusAfter(["tickers", "rejected"], ["tickers", "ok"]).status).toEqual({ state: "up" });
  });
});

describe("probeDatabase()", () => {
  test("D10: asks twice a minute or so until the service stops, and tells a failure once", async () => {
    const results: readonly DatabaseObservation["result"][] = [
      "ok",
      "unavailable",
      "timeout",
      "ok",
      "timeout",
    ];
    const stop = new AbortController();
    const tracker = createDatabaseStatusTracker(() => undefined);
    const pauses: number[] = [];
    const failures: string[] = [];
    await probeDatabase({
      async probe() {
        const result = results[pauses.length - 1] ?? "ok";
        tracker.record({ operation: "probe", result });
        if (result !== "ok" && result !== "defect") throw new DatabaseError(result, "x");
      },
      status: tracker,
      onFailure: ({ code }) => failures.push(code),
      random: () => 0.25,
      async pause(ms) {
        pauses.push(ms);
        if (pauses.length > results.length) stop.abort();
      },
      signal: stop.signal,
    });
    expect(new Set(pauses)).toEqual(new Set([22_500]));
    expect(failures).toEqual(["unavailable", "timeout"]);
  });
});
