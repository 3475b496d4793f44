import { type Context, type ContextManager, context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { wrapFetch } from '@twicesafe/fetch';
import { traced, traceEvents } from '../../src/index.ts';

/** Keeps the context while a function runs, and not over what it awaits: all that a browser can do by itself. */
class StackContextManager implements ContextManager {
  #active: Context = ROOT_CONTEXT;

  active(): Context {
    return this.#active;
  }

  with<Parameters extends unknown[], Result>(
    active: Context,
    run: (...parameters: Parameters) => Result,
    self?: unknown,
    ...parameters: Parameters
  ): Result {
    const before = this.#active;
    this.#active = active;
    try {
      return run.call(self as never, ...parameters);
    } finally {
      this.#active = before;
    }
  }

  bind<Target>(_: Context, target: Target): Target {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }
}

const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
context.setGlobalContextManager(new StackContextManager());

const send = traced(wrapFetch({ backoff: () => 1, onEvent: traceEvents }), { operationSpan: true, attemptSpans: true });
await Promise.all(['/one', '/two'].map((path) => send(path, { method: 'PUT', body: 'order' })));

const spans = exporter.getFinishedSpans().map((span) => ({
  name: span.name,
  kind: SpanKind[span.kind],
  attributes: span.attributes,
  parent: span.parentSpanContext?.spanId,
  id: span.spanContext().spanId,
}));
await fetch('/spans', { method: 'POST', body: JSON.stringify(spans) });
