import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digest } from '../../src/handler/digest.ts';

test.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 2_000, 3_000, 100_000])(
  '%i bytes have the digest that Node gives them',
  async (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 7) % 256);

    expect(await digest('', bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  },
);

test('a text and bytes have the digest of both', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 300 }), async (text, bytes) => {
      const expected = createHash('sha256').update(text).update(bytes).digest('hex');
      expect(await digest(text, bytes as Uint8Array<ArrayBuffer>)).toBe(expected);
    }),
  );
});
