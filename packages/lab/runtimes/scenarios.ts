import {
  type Act,
  closeAfterReading,
  processThenClose,
  processThenReset,
  redirect,
  resetAfterReading,
  resetBeforeReading,
  status,
  truncate,
} from '@twicesafe/contract';

/** One operation to try in a runtime, and what the origin does with its first requests. */
export interface Scenario {
  readonly name: string;
  readonly method: string;
  /** Undefined: the port is closed. */
  readonly acts: readonly Act[] | undefined;
}

const METHODS = ['GET', 'PUT', 'POST'];

/** Every method with every fault. `closed` is a URL at which nobody listens. */
export function scenariosFor(closed: string): Scenario[] {
  const faults: readonly (readonly [name: string, acts: readonly Act[] | undefined])[] = [
    ['200', [status(200)]],
    ['503', [status(503)]],
    ['425', [status(425)]],
    ['422', [status(422)]],
    ['closed port', undefined],
    ['reset before the body is read', [resetBeforeReading()]],
    ['reset before processing', [resetAfterReading()]],
    ['reset after processing', [processThenReset()]],
    ['close before processing', [closeAfterReading()]],
    ['close after processing', [processThenClose()]],
    ['answer that breaks off', [truncate()]],
    ['redirect to a closed port', [redirect(307, closed)]],
  ];
  return METHODS.flatMap((method) => faults.map(([name, acts]) => ({ name, method, acts })));
}
