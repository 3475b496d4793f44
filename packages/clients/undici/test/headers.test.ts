import { describe, expect, test } from 'vitest';
import { copyHeaders, withHeaders } from '../src/headers.ts';

describe('a copy of headers', () => {
  test.each<[name: string, headers: unknown, copy: unknown]>([
    ['undefined', undefined, null],
    ['null', null, null],
    ['an object', { a: '1', b: ['2', '3'] }, { a: '1', b: ['2', '3'] }],
    ['names and values in turn', ['a', '1', 'b', ['2', '3']], ['a', '1', 'b', ['2', '3']]],
    ['pairs', new Map([['a', '1']]), ['a', '1']],
  ])('of %s', (_, headers, copy) => {
    const copied = copyHeaders(headers as never);

    expect(copied).toEqual(copy);
    if (headers) expect(copied).not.toBe(headers);
  });
});

describe('an added header', () => {
  const added = [['Idempotency-Key', 'new']] as const;

  test.each<[name: string, headers: unknown, result: unknown]>([
    ['nothing', undefined, { 'Idempotency-Key': 'new' }],
    ['null', null, { 'Idempotency-Key': 'new' }],
    ['an object', { 'IDEMPOTENCY-key': 'old', a: '1' }, { a: '1', 'Idempotency-Key': 'new' }],
    ['a list', ['IDEMPOTENCY-key', 'old', 'a', '1'], ['a', '1', 'Idempotency-Key', 'new']],
    ['a list that ends with it', ['a', '1', 'idempotency-key', 'old'], ['a', '1', 'Idempotency-Key', 'new']],
    ['its name as a value', ['a', 'idempotency-key', 'b', '2'], ['a', 'idempotency-key', 'b', '2', ...added[0]]],
    ['Buffers', [Buffer.from('idempotency-key'), Buffer.from('old')], ['Idempotency-Key', 'new']],
  ])('replaces the one of its name in %s', (_, headers, result) => {
    expect(withHeaders(headers as never, added)).toEqual(result);
  });

  test('comes beside all others', () => {
    expect(withHeaders(['a', '1', 'b', '2'], [])).toEqual(['a', '1', 'b', '2']);
    expect(withHeaders({ a: '1', b: '2' }, [])).toEqual({ a: '1', b: '2' });
  });
});
