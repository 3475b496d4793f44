import { type Tracer, trace } from '@opentelemetry/api';

/** The tracer of this package. Asked for at each use, since a provider may be registered at any time. */
export function tracer(): Tracer {
  return trace.getTracer('@twicesafe/opentelemetry');
}
