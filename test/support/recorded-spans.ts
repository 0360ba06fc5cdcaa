import { context, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** A tracer that keeps its spans. */
export interface RecordedSpans {
  readonly tracer: Tracer;
  /** Those that have ended, in that order. */
  ended(): readonly ReadableSpan[];
  /** Does something within a span, as a request does. */
  within<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Spans know their parents from then on: the process has one way of telling. */
export function recordSpans(sampler?: Sampler): RecordedSpans {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  const provider = new TracerProvider({ spanProcessors, ...(sampler === undefined ? {} : { sampler }) });
  const tracer = provider.getTracer("test");
  return {
    tracer,
    ended: () => exporter.getFinishedSpans(),
    within: (work) =>
      tracer.startActiveSpan("outer", async (span) => {
        try {
          return await work();
        } finally {
          span.end();
        }
      }),
  };
}
