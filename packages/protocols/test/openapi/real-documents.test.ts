import { expect, test } from 'vitest';
import { openApi } from '../../src/openapi/open-api.ts';
import { descriptions } from '../support/descriptions.ts';
import { filledIn } from '../support/filled-in.ts';
import { requestOf } from '../support/requests.ts';

// GitHub's other two are much the same, and as long; the script in the lab reads them too.
const read = descriptions.filter(({ name }) => !name.startsWith('GitHub Enterprise'));

test.each(read.map((description) => ({ name: description.name, description })))(
  'finds every operation of $name again from a filled-in URL',
  ({ description }) => {
    const document = description.load();
    const protocol = openApi(document, description.options);

    const operations = filledIn(description, document);
    const wrong = operations.filter(
      ({ method, url, name }) => protocol.read(requestOf(method, url))?.subject !== subjectOf(name),
    );

    expect(wrong).toEqual([]);
    expect(operations.length).toBeGreaterThan(5);
  },
  30_000,
);

/** Of two operations that the URL does not tell apart, the subject says more than this. */
function subjectOf(name: string): string {
  return `OpenAPI operation \`${name.slice(0, 80)}\``;
}
