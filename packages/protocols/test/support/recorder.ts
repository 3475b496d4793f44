import type { ProtocolRequest } from '../../src/protocol.ts';
import { requestOf } from './requests.ts';

/** A fetch that keeps what went through it, as a protocol would see it. */
export interface Recorder {
  readonly fetch: typeof fetch;
  readonly requests: ProtocolRequest[];
}

/** Records requests, and answers them with what `answer` gives. */
export function recorder(answer: (request: Request) => Response | Promise<Response>): Recorder {
  const requests: ProtocolRequest[] = [];
  return {
    requests,
    async fetch(input, init) {
      const request = new Request(input, init);
      const copy = request.clone();
      const body = copy.body ? await copy.text() : undefined;
      requests.push(requestOf(copy.method, copy.url, { body, headers: Object.fromEntries(copy.headers) }));
      return answer(request);
    },
  };
}
