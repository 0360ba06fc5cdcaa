import { type Attributes, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { CacheError } from "../../ports/cache-port.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { DatabaseError } from "../../ports/database-port.ts";

/** The span of one call of a port. Its attributes never contain a key, a value or other input. */
export interface CallDescription<Value> {
  readonly name: string;
  /** Whether the call leaves the process. */
  readonly isRemote: boolean;
  readonly attributes: Attributes;
  readonly resultAttributes?: (value: Value) => Attributes;
}

/**
 * Runs a call of a port inside a span. If no trace is being recorded, as in background work, no span is made.
 */
export async function traceCall<Value>(
  tracer: Tracer,
  { name, isRemote, attributes, resultAttributes }: CallDescription<Value>,
  call: () => Promise<Value>,
): Promise<Value> {
  if (trace.getActiveSpan()?.isRecording() !== true) return call();
  const kind = isRemote ? SpanKind.CLIENT : SpanKind.INTERNAL;
  return tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      const value = await call();
      if (resultAttributes !== undefined) span.setAttributes(resultAttributes(value));
      return value;
    } catch (error) {
      // The span gets only the error's code, because the error's message may quote data.
      span.setAttribute("error.type", errorType(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

function errorType(error: unknown): string {
  const hasCode =
    error instanceof CacheError || error instanceof CatalogSourceError || error instanceof DatabaseError;
  return hasCode ? error.code : "_OTHER";
}
