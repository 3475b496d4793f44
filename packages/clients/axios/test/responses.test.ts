import { rejectionOf, serve } from '@twicesafe/testing';
import axios, { type AxiosAdapter, type AxiosResponse, type ResponseType } from 'axios';
import { describe, expect, test } from 'vitest';
import { bodyJudge, reportOf, wrapAxios } from '../src/index.ts';
import { ADAPTERS, soon } from './support.ts';

describe('the headers of a response', () => {
  test.each<[name: string, headers: object | undefined, askedMs: number | undefined]>([
    ['in a plain object', { 'retry-after': '90' }, 90_000],
    ["in axios' own", new axios.AxiosHeaders({ 'Retry-After': '90' }), 90_000],
    ['as a number', { 'retry-after': 90 }, 90_000],
    ['in a list', { 'retry-after': ['80', '90'] }, 90_000],
    ['removed by false', { 'x-should-retry': false }, undefined],
    ['missing', undefined, undefined],
  ])('%s are read', async (_, headers, askedMs) => {
    const adapter: AxiosAdapter = async (config) =>
      ({ status: 503, statusText: '', data: '', headers, config }) as AxiosResponse;
    const api = wrapAxios(axios.create({ adapter }), { ...soon, maxAttempts: 2 });

    const response = await api.get('http://api.test/');

    expect(reportOf(response)?.attempts).toHaveLength(askedMs === undefined ? 2 : 1);
    expect(reportOf(response)?.decision.askedMs).toBe(askedMs);
  });
});

describe.each(ADAPTERS)('a judge over the %s adapter', (adapter, library) => {
  const TYPES: readonly (readonly [ResponseType | undefined, number])[] = [
    [undefined, 65_536],
    ['text', 65_536],
    ['arraybuffer', 65_536],
    ...(adapter === 'fetch' ? [['blob', 65_536] as const] : []),
    // It is left to its reader.
    ['stream', 0],
  ];

  test.each(TYPES)('of a body of 64 KiB and a longer one, with responseType %s, reads %i bytes', async (type, read) => {
    const bodies = [65_536, 65_537].map((length) => `"${'x'.repeat(length - 2)}"`);
    await using server = await serve((_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      // In two parts, so that no length is announced.
      response.write(bodies.shift());
      response.end();
    });
    const lengths: number[] = [];
    const judge = bodyJudge((_, text) => {
      lengths.push(text.length);
      return undefined;
    });
    const api = wrapAxios(library.create({ adapter, ...(type && { responseType: type }) }), { rules: [{ judge }] });

    await rejectionOf(api.post(server.url, 'order'));
    await rejectionOf(api.post(server.url, 'order'));

    expect(lengths).toEqual([read, 0]);
  });
});
