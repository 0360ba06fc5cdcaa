import { type Attributes, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import { CacheError } from "../../ports/cache-port.ts";
import { CatalogSourceError } from "../../ports/catalog-source-port.ts";
import { DatabaseError } from "../../ports/database-port.ts";

/**
 * One call of a port, as attributes of its span: names and numbers, never a key, a value or a string from input.
 */
export interface CallDescription<Value> {
  readonly name: string;
  /** Whether it leaves the process. */
  readonly remote: boolean;
  readonly attributes: Attributes;
  /** Attributes from the result. */
  readonly resultAttributes?: (value: Value) => Attributes;
}

/**
 * Makes one call of a port in a span, while a trace is being recorded: background work of a replica makes
 * none.
 */
export async function tracedCall<Value>(
  tracer: Tracer,
  { name, remote, attributes, resultAttributes }: CallDescription<Value>,
  call: () => Promise<Value>,
): Promise<Value> {
  if (trace.getActiveSpan()?.isRecording() !== true) return call();
  const kind = remote ? SpanKind.CLIENT : SpanKind.INTERNAL;
  return tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      const value = await call();
      if (resultAttributes !== undefined) span.setAttributes(resultAttributes(value));
      return value;
    } catch (error) {
      // The code alone: a message may quote the sent data.
      span.setAttribute("error.type", errorType(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

function errorType(error: unknown): string {
  const known =
    error instanceof CacheError || error instanceof CatalogSourceError || error instanceof DatabaseError;
  return known ? error.code : "_OTHER";
}
