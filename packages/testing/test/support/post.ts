/** A POST with a short time limit that is over once its body has been read. */
export async function post(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { method: 'POST', body: 'order', signal: AbortSignal.timeout(500), ...init });
  await response.text();
  return response;
}

/** Sends a POST up to three times, whatever went wrong: the classic mistake. */
export async function postAgain(url: string, init: RequestInit = {}): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await post(url, init);
      if (response.ok || attempt === 3) return response;
    } catch (error) {
      if (attempt === 3) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A POST that is sent again with the same idempotency key, and that follows no redirect to another method. */
export function postWithKey(url: string): Promise<Response> {
  return postAgain(url, { headers: { 'idempotency-key': 'order-7' }, redirect: 'error' });
}
