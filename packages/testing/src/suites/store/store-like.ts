/** What a request asks for when it acquires a key, as `Claim` of `@twicesafe/server`. */
export interface ClaimLike {
  readonly fence: string;
  readonly fingerprint: string;
  readonly leaseMs: number;
  readonly keepMs: number;
  readonly takeOver: boolean;
}

/** What a store answers to {@link StoreLike.acquire}, as `Acquired` of `@twicesafe/server`. */
export type AcquiredLike =
  | { readonly state: 'acquired'; readonly attempt: number }
  | {
      readonly state: 'in-flight';
      readonly fingerprint: string;
      readonly attempt: number;
      readonly leaseLeftMs: number;
    }
  | { readonly state: 'completed'; readonly fingerprint: string; readonly outcome: string };

/**
 * A store under test: what `IdempotencyStore` of `@twicesafe/server` documents. Repeated here because this package
 * doesn't import the packages that it judges. A store that can be disposed of is disposed of after each test.
 */
export interface StoreLike extends Partial<AsyncDisposable>, Partial<Disposable> {
  acquire(key: string, claim: ClaimLike): Promise<AcquiredLike>;
  extend(key: string, fence: string, leaseMs: number): Promise<boolean>;
  complete(key: string, fence: string, outcome: string, keepMs: number): Promise<boolean>;
  release(key: string, fence: string): Promise<boolean>;
  purge?(limit: number): Promise<number>;
}
