import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copyWorkspace } from './copy-workspace.ts';
import { runTarget } from './run-target.ts';
import { line, type Score, total } from './score.ts';
import { TARGETS } from './targets.ts';

// How strong the tests are: changes each expression of the sources, and counts how many changes a test notices.
//   pnpm lab:mutation                                 everything; about four mutants a second in core
//   pnpm lab:mutation --only core/decision --only ky  some parts
//   pnpm lab:mutation --only got --sample 25         every fourth mutant, always the same ones
//   pnpm lab:mutation --only got --again          what the last report in reports/mutation does not call noticed
//   pnpm lab:mutation --concurrency 2
//   pnpm lab:mutation --only core/keys --static   with the mutants that act only while a module loads
// Stryker's reports are in reports/mutation, with each survivor as soon as it is found. A survivor that changes nothing
// that anybody could observe goes to equivalents, with the reason.
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    concurrency: { type: 'string', default: '1' },
    sample: { type: 'string', default: '100' },
    again: { type: 'boolean', default: false },
    static: { type: 'boolean', default: false },
  },
});
const wanted = TARGETS.filter(
  ({ name, package: of }) => !values.only || values.only.some((each) => each === name || each === of),
);
if (wanted.length === 0) throw new RangeError(`--only must be one of ${TARGETS.map(({ name }) => name).join(', ')}`);

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const scores = new Map<string, Score[]>();
for (const target of wanted) {
  await using workspace = await copyWorkspace(root);
  const score = await runTarget(target, workspace.path, {
    concurrency: Number(values.concurrency),
    percent: Number(values.sample),
    again: values.again,
    withStatic: values.static,
    reports: join(root, 'reports/mutation'),
  });
  scores.set(target.package, [...(scores.get(target.package) ?? []), score]);
  console.log(`\n${target.name}: ${line(score)}`);
  for (const survivor of score.survivors) console.log(`  ${survivor}`);
}

console.log('\nNoticed by a test:');
for (const [name, parts] of scores) {
  const all = total(parts);
  console.log(`  ${name}: ${line(all)}`);
}
