import { parseArgs } from 'node:util';
import { fuzzGraphql } from '../../../protocols/test/support/fuzz-graphql.ts';

/** Reads 300,000 random documents with the scanner of `graphql()` and with graphql-js, and fails if they disagree. */
const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '300000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});

const { documents, executable, wrong, missed } = fuzzGraphql(Number(values.documents), Number(values.seed));
console.log(
  `seed ${values.seed}: ${documents} documents, ${executable} executable by graphql-js, ${wrong.length} mutations or ` +
    `subscriptions called safe, ${missed.length} queries not called safe`,
);
for (const document of [...wrong, ...missed].slice(0, 10)) console.log(JSON.stringify(document));
if (wrong.length > 0) process.exitCode = 1;
