/** What the generated client sends with. */
export const sender: { fetch: typeof globalThis.fetch } = { fetch: globalThis.fetch };

export async function customFetch<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await sender.fetch(url, init);
  return { status: response.status, headers: response.headers, data: await response.text() } as T;
}
