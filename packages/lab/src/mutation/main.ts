import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copyWorkspace } from './copy-workspace.ts';
import { runTarget } from './run-target.ts';
import { percentage, type Score, total } from './score.ts';
import { TARGETS } from './targets.ts';

// How strong the tests are: changes each expression of the sources, and counts how many changes a test notices.
//   pnpm lab:mutation                                 everything; takes hours on a small machine
//   pnpm lab:mutation --only core/decision --only ky  some parts
//   pnpm lab:mutation --concurrency 2
const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, concurrency: { type: 'string', default: '1' } },
});
const wanted = TARGETS.filter(
  ({ name, package: of }) => !values.only || values.only.some((each) => each === name || each === of),
);
if (wanted.length === 0) throw new RangeError(`--only must be one of ${TARGETS.map(({ name }) => name).join(', ')}`);

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const scores = new Map<string, Score[]>();
for (const target of wanted) {
  await using workspace = await copyWorkspace(root);
  const score = await runTarget(target, workspace.path, Number(values.concurrency));
  scores.set(target.package, [...(scores.get(target.package) ?? []), score]);
  console.log(`\n${target.name}: ${percentage(score)} of ${score.mutants}`);
  for (const survivor of score.survivors) console.log(`  ${survivor}`);
}

console.log('\nNoticed by a test:');
for (const [name, parts] of scores) {
  const all = total(parts);
  console.log(`  ${name}: ${percentage(all)} (${all.killed} of ${all.mutants})`);
}
