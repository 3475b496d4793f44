import { createRequire } from 'node:module';
import { type Attributes, context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { beforeEach } from 'vitest';
import { resendCount } from '../../src/index.ts';

const exporter = new InMemorySpanExporter();

/**
 * Registers the SDK with an exporter in memory, and the instrumentations if wanted. Spans are forgotten before each
 * test.
 */
export function register({ instrumented }: { readonly instrumented: boolean }): void {
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  trace.setGlobalTracerProvider(tracerProvider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  if (instrumented) {
    new UndiciInstrumentation({ startSpanHook: resendCount }).setTracerProvider(tracerProvider);
    new HttpInstrumentation({ startOutgoingSpanHook: resendCount }).setTracerProvider(tracerProvider);
    // The instrumentation patches node:http when it is required.
    createRequire(import.meta.url)('node:http');
  }
  beforeEach(() => exporter.reset());
}

/** A span, as far as tests compare it. */
export interface SeenSpan {
  readonly name: string;
  readonly kind: string | undefined;
  readonly parent: string | undefined;
  readonly trace: string;
  readonly id: string;
  readonly failed: boolean;
  readonly attributes: Attributes;
}

/**
 * The finished CLIENT or INTERNAL spans, in the order of their end. Ignores those of the origin, which runs in this
 * process.
 */
export function spans(kind?: 'CLIENT' | 'INTERNAL'): readonly SeenSpan[] {
  return exporter
    .getFinishedSpans()
    .map(seen)
    .filter((span) => (kind ? span.kind === kind : span.kind !== 'SERVER'));
}

function seen(span: ReadableSpan): SeenSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: SpanKind[span.kind],
    parent: span.parentSpanContext?.spanId,
    trace: traceId,
    id: spanId,
    failed: span.status.code === SpanStatusCode.ERROR,
    attributes: span.attributes,
  };
}

/** `http.request.resend_count` of each CLIENT span. */
export function resendCounts(): readonly unknown[] {
  return spans('CLIENT').map(({ attributes }) => attributes['http.request.resend_count']);
}
