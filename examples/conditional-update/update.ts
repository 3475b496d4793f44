import { type Confirmation, type ConfirmContext, type Report, reportOf, wrapFetch } from '@twicesafe/fetch';

const fetch = wrapFetch(globalThis.fetch, { attemptTimeoutMs: 1000, deadlineMs: 10_000 });

/** What became of a change. */
export interface Change {
  readonly status: number | undefined;
  readonly report: Report | undefined;
}

/**
 * Changes a document as it was read. PATCH isn't idempotent, but a duplicate with a strong If-Match finds another
 * entity tag and fails, so it may be retried. A 412 after an attempt in doubt is probably our own success, so it is
 * looked up.
 */
export async function update(url: string, text: string): Promise<Change> {
  const read = await fetch(url);
  const tag = read.headers.get('etag') ?? '';
  const confirm = async ({ signal }: ConfirmContext): Promise<Confirmation> => {
    const now = await fetch(url, { signal });
    const isOurs = now.ok && now.headers.get('etag') !== tag && (await now.text()) === text;
    // Another text proves nothing: the server may still work on our change, or another client may have replaced it.
    return isOurs ? 'applied' : 'unknown';
  };
  const init = { method: 'PATCH', body: text, headers: { 'if-match': tag }, retry: { confirm } };
  try {
    const response = await fetch(url, init);
    return { status: response.status, report: reportOf(response) };
  } catch (error) {
    return { status: undefined, report: reportOf(error) };
  }
}
