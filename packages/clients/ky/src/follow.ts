import type { KyCall } from './ky-call.ts';

type Read = (...parameters: unknown[]) => Promise<unknown>;

/**
 * Follows ky's promise, so that every end has its report. The result reads bodies as ky's own promise does (`json`,
 * `text`, ...).
 */
export function follow(result: Promise<unknown>, call: KyCall | undefined): Promise<unknown> {
  if (!call) return result;
  const settled = call.settle(result);
  const reads = Object.entries(result as object as Record<string, Read>).map(([name, read]): [string, Read] => [
    name,
    async (...parameters) => {
      // At once, because ky adds the Accept header before it sends.
      const body = read(...parameters);
      body.catch(() => {});
      await settled;
      try {
        return await body;
      } catch (error) {
        call.remember(error);
        throw error;
      }
    },
  ]);
  return Object.assign(settled, Object.fromEntries(reads));
}
