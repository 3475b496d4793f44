import { expect, test } from 'vitest';
import { openApi } from '../../src/openapi/open-api.ts';
import { descriptions } from '../support/descriptions.ts';
import { filledIn } from '../support/filled-in.ts';
import { requestOf } from '../support/requests.ts';

test.each(descriptions.map((description) => ({ name: description.name, description })))(
  'finds every operation of $name again from a filled-in URL',
  ({ description }) => {
    const document = description.load();
    const protocol = openApi(document, description.options);

    const operations = filledIn(description, document);
    const wrong = operations.filter(
      ({ method, url, name }) =>
        protocol.read(requestOf(method, url))?.subject.startsWith(`OpenAPI operation \`${name.slice(0, 80)}`) !==
          true || protocol.read(requestOf(method, url))?.subject.includes(' or another '),
    );

    expect(wrong).toEqual([]);
    expect(operations.length).toBeGreaterThan(5);
  },
  30_000,
);
