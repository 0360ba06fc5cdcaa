import { trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { createRequestSpans } from "../../../src/app/telemetry/request-spans.ts";
import { formatTraceparent, parseTraceparent } from "../../../src/app/telemetry/service-spans.ts";
import { recordSpans } from "../../support/recorded-spans.ts";

const noHeader = (): undefined => undefined;

describe("createRequestSpans()", () => {
  test("createRequestSpans() records the share that is asked for, and reads that are left out have no span", () => {
    const { tracer, ended } = recordSpans();
    let drawn = 0;
    const start = createRequestSpans(tracer, { ratio: 0.25, random: () => (drawn++ % 100) / 100 });
    const spans = Array.from({ length: 400 }, () => start("GET", noHeader));
    for (const span of spans) span?.end({ route: "/views", status: 200 });
    expect(spans.filter((span) => span !== undefined)).toHaveLength(100);
    expect(ended()).toHaveLength(100);
  });

  test("createRequestSpans() tells of a change that is left out that nobody records it", () => {
    const { tracer, ended } = recordSpans();
    const span = createRequestSpans(tracer, { ratio: 0, random: () => 0.5 })("POST", noHeader);
    const flags = span?.run(() => trace.getActiveSpan()?.spanContext().traceFlags);
    span?.end({ route: "/admin/views/reload", status: 200 });
    expect(flags).toBe(0);
    expect(ended()).toEqual([]);
  });

  test("createRequestSpans() marks what the service failed at, and nothing that the client did", () => {
    const { tracer, ended } = recordSpans();
    const start = createRequestSpans(tracer, { ratio: 1, random: Math.random });
    for (const status of [200, 404, 503]) start("GET", noHeader)?.end({ route: "/views/:entity", status });
    expect(
      ended().map(({ name, status, attributes }) => [name, status.code, attributes["error.type"]]),
    ).toEqual([
      ["GET /views/:entity", 0, undefined],
      ["GET /views/:entity", 0, undefined],
      ["GET /views/:entity", 2, "503"],
    ]);
  });
});

describe("parseTraceparent()", () => {
  test.each([0, 1])(
    "parseTraceparent() reads what formatTraceparent() wrote, with the flags %i",
    (traceFlags) => {
      const place = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7", traceFlags };
      expect(parseTraceparent(formatTraceparent(place))).toEqual({ ...place, isRemote: true });
    },
  );

  test.each(["", "00-0-0-01", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`])(
    "parseTraceparent(%j) is none",
    (text) => {
      expect(parseTraceparent(text)).toBeUndefined();
    },
  );
});
