import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type HostedService, startHostedService } from "../support/hosted-service.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { sendRequest } from "../support/send-request.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT_ID = "00f067aa0ba902b7";

type Headers = Readonly<Record<string, string>>;

/** How callers say that they record a request, and that they do not. */
const CALLERS = {
  w3c: (flag: 0 | 1): Headers => ({
    traceparent: `00-${TRACE_ID}-${PARENT_ID}-0${flag}`,
    tracestate: "vendor=1",
    baggage: "user=1",
  }),
  b3: (flag: 0 | 1): Headers => ({ b3: `${TRACE_ID}-${PARENT_ID}-${flag}` }),
  b3multi: (flag: 0 | 1): Headers => ({
    "x-b3-traceid": TRACE_ID,
    "x-b3-spanid": PARENT_ID,
    "x-b3-sampled": String(flag),
  }),
};

/** What says nothing by itself, and what is damaged: such requests begin a trace of their own, or none. */
const ALONE: Headers = { tracestate: "vendor=1", baggage: "user=1", traceparent: "00-0-0-01" };

const EACH = {
  plain: "GET /views",
  recorded: "GET /healthz",
  unrecorded: "GET /readyz",
  alone: "GET /tickers",
};

interface Row {
  readonly sampler: string;
  readonly share?: string;
  readonly propagators?: string;
  readonly caller?: keyof typeof CALLERS;
  readonly kept: readonly (keyof typeof EACH)[];
}

const ROWS: readonly Row[] = [
  { sampler: "always_on", kept: ["alone", "plain", "recorded", "unrecorded"] },
  { sampler: "always_off", kept: [] },
  { sampler: "traceidratio", share: "0", kept: [] },
  { sampler: "parentbased_always_on", kept: ["alone", "plain", "recorded"] },
  { sampler: "parentbased_always_off", kept: ["recorded"] },
  { sampler: "parentbased_traceidratio", share: "1", kept: ["alone", "plain", "recorded"] },
  { sampler: "parentbased_traceidratio", share: "0", kept: ["recorded"] },
  { sampler: "parentbased_traceidratio", share: "0", propagators: "b3", caller: "b3", kept: ["recorded"] },
  {
    sampler: "parentbased_traceidratio",
    share: "0",
    propagators: "b3multi",
    caller: "b3multi",
    kept: ["recorded"],
  },
  { sampler: "parentbased_traceidratio", share: "0", propagators: "b3", caller: "w3c", kept: [] },
];

function titleOf({ sampler, share = "", propagators = "tracecontext", caller = "w3c", kept }: Row): string {
  const what = kept.length === 0 ? "nothing" : kept.join(", ");
  return `OTEL_TRACES_SAMPLER=${sampler} ${share} keeps ${what} of a caller of ${caller}, by ${propagators}`;
}

describe("traces, by how they are sampled", () => {
  let receiver: OtlpReceiver;
  let service: HostedService | undefined;

  beforeEach(async () => {
    receiver = await startOtlpReceiver();
  });
  afterEach(async () => {
    await service?.stop();
    await receiver?.[Symbol.asyncDispose]();
    service = undefined;
  });

  // The SDK decides in both runtimes alike: they take turns.
  const cases = ROWS.map((row, index) => ({
    ...row,
    title: titleOf(row),
    runtime: RUNTIMES[index % RUNTIMES.length] as Runtime,
  }));

  test.each(cases)(
    "$title, on $runtime.name",
    async ({ sampler, share, propagators, caller = "w3c", kept, runtime }) => {
      service = await startHostedService({
        runtime,
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
          OTEL_METRICS_EXPORTER: "none",
          OTEL_TRACES_SAMPLER: sampler,
          ...(share === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: share }),
          ...(propagators === undefined ? {} : { OTEL_PROPAGATORS: propagators }),
        },
      });
      const said = CALLERS[caller];
      const headersOf = { plain: {}, recorded: said(1), unrecorded: said(0), alone: ALONE };
      for (const [what, name] of Object.entries(EACH)) {
        const headers = headersOf[what as keyof typeof EACH];
        await sendRequest(service.url, name.slice("GET ".length), { headers });
      }
      // What waits is sent before the stop.
      await service.stop();
      const spans = receiver.spans().filter(({ kind }) => kind === 2);
      expect(spans.map(({ name }) => name).sort()).toEqual(kept.map((what) => EACH[what]).sort());
      const recorded = spans.find(({ name }) => name === EACH.recorded);
      const own = { traceId: TRACE_ID, parentSpanId: PARENT_ID };
      if (recorded !== undefined) expect(recorded).toMatchObject(own);
      for (const { name, parentSpanId } of spans) {
        if (name === EACH.plain || name === EACH.alone) expect(parentSpanId).toBeUndefined();
      }
      // What was done for a request that is not kept is no trace of its own.
      const roots = receiver.spans().filter(({ parentSpanId }) => parentSpanId === undefined);
      expect(roots.map(({ name }) => name)).not.toContain("SELECT tickers");
    },
  );
});
