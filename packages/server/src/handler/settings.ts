import { checkOptions } from './check-options.ts';
import { emitter, type IdempotencyEvent } from './event.ts';
import { requestFingerprint } from './fingerprint.ts';
import { type HarmlessOptions, harmless } from './harmless.ts';
import type { IdempotentOptions } from './options.ts';
import { DOCS } from './problem.ts';

/** The options with their defaults. */
export interface Settings
  extends Required<Omit<IdempotentOptions, keyof HarmlessOptions | 'onEvent'>>,
    HarmlessOptions {
  readonly emit: (event: IdempotencyEvent) => void;
}

/** Statuses by which a handler, or a layer before it, states that the request had no effect. */
const NOTHING_DONE: ReadonlySet<number> = new Set([
  401, // RFC 9110 section 15.5.2: not applied for lack of valid credentials
  407, // RFC 9110 section 15.5.8: the same, to a proxy
  408, // RFC 9110 section 15.5.9: the request did not arrive in full
  421, // RFC 9110 section 15.5.20: not for this server
  425, // RFC 8470 section 5.2: not processed for fear of a replay
  429, // RFC 6585 section 4: too many requests, by convention before any work
  503, // RFC 9110 section 15.6.4: overloaded, by convention before any work
]);

const DEFAULTS = Object.freeze({
  required: false,
  methods: Object.freeze(['POST', 'PATCH']),
  leaseMs: 30_000,
  keepMs: 86_400_000,
  waitMs: 2_000,
  maxRequestBytes: 1_048_576,
  maxResponseBytes: 1_048_576,
  interrupted: 'refuse',
  record: (response: Response): boolean => !NOTHING_DONE.has(response.status),
  fingerprint: requestFingerprint,
  docs: DOCS,
} as const);

/**
 * Checks the options and adds the defaults.
 *
 * @throws {TypeError} For an option that is missing, unknown, or has a value that is not allowed.
 */
export function settingsOf(options: IdempotentOptions): Settings {
  checkOptions(options);
  const { onEvent, ...given } = options;
  const emit = emitter(onEvent);
  const settings = { ...DEFAULTS, ...withoutUndefined(given), emit };
  return { ...settings, ...harmless(settings, emit) };
}

/** An option that is set to undefined is left out. */
function withoutUndefined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}
