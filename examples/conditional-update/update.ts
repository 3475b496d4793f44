import { type Confirmation, type Report, reportOf, wrapFetch } from '@twicesafe/fetch';

const fetch = wrapFetch(globalThis.fetch, { attemptTimeoutMs: 1000, deadlineMs: 10_000 });

/** What became of a change. */
export interface Change {
  readonly status: number | undefined;
  readonly report: Report | undefined;
}

/**
 * Changes a document as it was read. PATCH is no idempotent method, but with a strong If-Match the second copy finds another
 * entity tag and fails, so it may be repeated. A 412 after a copy in doubt is looked up: it is probably our own success.
 */
export async function update(url: string, text: string): Promise<Change> {
  const read = await fetch(url);
  const tag = read.headers.get('etag') ?? '';
  const confirm = async (): Promise<Confirmation> => {
    const now = await (await fetch(url)).text();
    return now === text ? 'applied' : 'not-applied';
  };
  const init = { method: 'PATCH', body: text, headers: { 'if-match': tag }, retry: { confirm } };
  try {
    const response = await fetch(url, init);
    return { status: response.status, report: reportOf(response) };
  } catch (error) {
    return { status: undefined, report: reportOf(error) };
  }
}
