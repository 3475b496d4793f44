import { scriptedOrigin, status } from '@twicesafe/testing';

/** An API that answers 429 with `Retry-After: 1` above a number of requests per second. */
export interface LimitedApi extends AsyncDisposable {
  readonly url: string;
  readonly served: number;
  readonly refused: number;
}

export async function openLimitedApi(perSecond: number): Promise<LimitedApi> {
  let [served, refused, second, inSecond] = [0, 0, 0, 0];
  const origin = await scriptedOrigin({
    respond: () => {
      const now = Math.floor(Date.now() / 1_000);
      if (now !== second) [second, inSecond] = [now, 0];
      inSecond += 1;
      const isOver = inSecond > perSecond;
      if (isOver) refused += 1;
      else served += 1;
      return isOver ? status(429, { headers: { 'Retry-After': '1' } }) : status(200);
    },
  });
  return {
    url: origin.url,
    get served() {
      return served;
    },
    get refused() {
      return refused;
    },
    [Symbol.asyncDispose]: () => origin.close(),
  };
}
