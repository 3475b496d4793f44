/** The members of one error that the tables read, copied once, so that a getter can't change them. */
export interface Link {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly syscall: string;
  readonly errno: unknown;
  readonly cause: unknown;
  /** The chains of an AggregateError's members. Of too many, the last ones are empty. */
  readonly members: readonly (readonly Link[])[] | undefined;
}

// No real chain comes near; it ends cycles, and getters that make a new cause each time.
const MOST_LINKS = 64;

/**
 * An error and its causes, outermost first. Accepts any value and never throws. A hostile chain is empty, because an
 * unreadable error isn't proof.
 */
export function causesOf(error: unknown): readonly Link[] {
  return chainOf(error, { links: MOST_LINKS });
}

function chainOf(error: unknown, room: { links: number }): readonly Link[] {
  const chain: Link[] = [];
  try {
    for (let current = error; isRecord(current) && room.links-- > 0; ) {
      const { name, message, code, syscall, errno, cause, errors } = current;
      chain.push({
        name: text(name),
        message: text(message),
        code: text(code),
        syscall: text(syscall),
        errno,
        cause,
        members: Array.isArray(errors) ? membersOf(errors, room) : undefined,
      });
      current = cause;
    }
  } catch {
    return [];
  }
  return chain;
}

// By index: a hole is a member too, and an iterator could go on for ever.
function membersOf(errors: readonly unknown[], room: { links: number }): Link[][] {
  const length = Math.min(errors.length, MOST_LINKS);
  return Array.from({ length }, (_, index) => [...chainOf(errors[index], room)]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
