import { describe, expect, it } from "vitest";
import { createLog } from "../../../src/app/telemetry/log.ts";
import { createExportFailures } from "../../../src/app/telemetry/watch-exports.ts";

function make() {
  const lines: { readonly reason: string; readonly msg: string }[] = [];
  let nowMs = 0;
  const log = createLog(
    { logLevel: "warn", logFormat: "json" },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  const failures = createExportFailures(log, () => nowMs);
  return { failures, reasons: () => lines.map(({ reason }) => reason), pass: (ms: number) => (nowMs += ms) };
}

const OTLP = "application/x-protobuf";

describe("createExportFailures()", () => {
  it.each([429, 502, 503, 504])(
    "B14: names the status %i that the collector gave until the end",
    (status) => {
      const { failures, reasons } = make();
      failures.reportAnswer({ status: 200, contentType: OTLP });
      failures.reportAnswer({ status, contentType: "text/html" });
      failures.reportFailure(new Error("Export failed with retryable status"));
      expect(reasons()).toEqual([`HTTP ${status}`]);
    },
  );

  it("B14: prefers the code of the failure itself, and forgets a status once an export was taken", () => {
    const { failures, reasons, pass } = make();
    failures.reportAnswer({ status: 503, contentType: "" });
    failures.reportFailure(Object.assign(new Error("planted-secret"), { code: "ECONNREFUSED" }));
    pass(60_000);
    failures.reportFailure(Object.assign(new Error("x"), { code: 400 }));
    pass(60_000);
    failures.reportAnswer({ status: 200, contentType: OTLP });
    failures.reportFailure(new TypeError("planted-secret"));
    expect(reasons()).toEqual(["ECONNREFUSED", "HTTP 400", "TypeError"]);
  });

  it("B14: logs failures once a minute", () => {
    const { failures, reasons, pass } = make();
    for (let minute = 0; minute < 3; minute++) {
      for (let attempt = 0; attempt < 50; attempt++) failures.reportFailure(new Error("x"));
      pass(60_000);
    }
    expect(reasons()).toHaveLength(3);
  });

  it.each([
    ["text/html; charset=utf-8", "HTTP 200 with text/html, not OTLP"],
    ["text/plain", "HTTP 200 with text/plain, not OTLP"],
    ["planted secret", "HTTP 200 with no content type, not OTLP"],
  ])("B14: says once that 200 with %j is no answer of a collector", (contentType, reason) => {
    const { failures, reasons } = make();
    for (let attempt = 0; attempt < 5; attempt++) failures.reportAnswer({ status: 200, contentType });
    expect(reasons()).toEqual([reason]);
  });

  it.each(["", "application/json", "application/x-protobuf", "application/json; charset=utf-8"])(
    "B14: has nothing to say of 200 with %j",
    (contentType) => {
      const { failures, reasons } = make();
      failures.reportAnswer({ status: 200, contentType });
      expect(reasons()).toEqual([]);
    },
  );

  it("B14: says once what a collector rejects, of each kind", () => {
    const { failures, reasons } = make();
    for (const count of [3, 4, 5]) {
      failures.reportRejection({ count, of: "spans" });
      failures.reportRejection({ count, of: "data points" });
    }
    expect(reasons()).toEqual(["3 spans rejected", "3 data points rejected"]);
  });
});
