import type { RequestRetryOptions } from '@twicesafe/core';
import type { Input, KyInstance, Options, ResponsePromise, RetryOptions } from 'ky';

/** ky's own `retry` options, and what the caller says of one request. Of ky's, `limit` and `shouldRetry` keep their meaning. */
export type WrappedRetry = RetryOptions &
  Pick<RequestRetryOptions, 'idempotent' | 'idempotencyKey' | 'deadlineMs' | 'confirm'>;

/** ky's options, with a word on the request in `retry`. */
export type WrappedOptions = Omit<Options, 'retry'> & { retry?: number | WrappedRetry };

type Send = <Body>(url: Input, options?: WrappedOptions) => ResponsePromise<Body>;

/** A ky instance whose options know a word more. */
export type WrappedKy = Send &
  Pick<KyInstance, 'stop' | 'retry'> & {
    readonly [Method in 'get' | 'post' | 'put' | 'patch' | 'delete' | 'query']: Send;
  } & {
    readonly head: (url: Input, options?: WrappedOptions) => ResponsePromise;
    /** A new instance with defaults of its own, wrapped with the same policy. */
    create(defaults?: WrappedOptions): WrappedKy;
    /** A new instance with some defaults of this one replaced, wrapped with the same policy. */
    extend(defaults: WrappedOptions | ((parent: Options) => WrappedOptions)): WrappedKy;
  };
