import pRetry from 'p-retry';

/** The function under test in the recipes: an order by POST, up to three times, whatever goes wrong. */
export function placeOrder(send: typeof fetch, url: string): Promise<Response> {
  const attempt = async (): Promise<Response> => {
    const response = await send(url, { method: 'POST', body: 'order' });
    if (!response.ok) throw new Error(String(response.status));
    return response;
  };
  return pRetry(attempt, { retries: 2, minTimeout: 1 });
}
