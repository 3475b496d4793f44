import { browserFailureKindOf } from '../delivery/browser-failure-kind-of.ts';
import { isNativeFetch } from '../native-fetch.ts';
import { type FetchAttemptRequest, PlainAttempt } from './plain-attempt.ts';

/**
 * One attempt of a client that sends by a browser's fetch, whose errors are the same whether or not the request was
 * processed.
 */
export class BrowserAttempt extends PlainAttempt {
  constructor(request: FetchAttemptRequest) {
    super(request, isNativeFetch(request.fetch), browserFailureKindOf);
  }
}
