import { expect, test } from 'vitest';
import { formDataBody } from '../src/index.ts';

test.each<[string, readonly (readonly [string, string])[]]>([
  [
    'plain',
    [
      ['a', '1'],
      ['b', 'two words'],
    ],
  ],
  ['line ends', [['a\nb\rc\r\nd', 'x\ny\r\nz\rend']]],
  [
    'names that need escaping',
    [
      ['a"b"\nc', 'value'],
      ['ключ', 'значение'],
    ],
  ],
  ['nothing', []],
])('a form is written as fetch itself writes it: %s', async (_, fields) => {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  form.append('file', new File(['\u0000bytes'], 'a "b"\nc\r.bin'));
  form.append('text', new File(['a\nb'], 'b.txt', { type: 'text/plain' }));

  const ours = formDataBody(form, 'mark');
  const theirs = new Response(form);
  const boundary = /boundary=(.*)$/.exec(theirs.headers.get('content-type') ?? '')?.[1] ?? '';

  // undici 6 (Node 22) writes no line end after the last boundary.
  const text = `${(await theirs.text()).trimEnd()}\r\n`;
  expect(await ours.text()).toBe(text.replaceAll(boundary, '----twicesafe-mark'));
  expect(ours.type).toBe('multipart/form-data; boundary=----twicesafe-mark');
});

test('the boundary in the type is the one in the body, though a Blob writes its type in lower case', async () => {
  const form = new FormData();
  form.append('a', '1');
  const body = formDataBody(form, 'MARK');

  const read = await new Response(body).formData();

  expect([...read]).toEqual([['a', '1']]);
});
