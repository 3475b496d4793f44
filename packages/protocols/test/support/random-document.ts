import type { RandomSource } from './random-source.ts';

const NAMES = ['a', 'query', 'mutation', 'subscription', 'fragment', 'on', 'B2', '_x', 'Orders', 'type'] as const;
const OPERATION_NAMES = ['A', 'B', 'mutation', 'query', 'fragment'] as const;
const BLANKS = [' ', '\n', ',', '\r\n', '\t', '\uFEFF', '# mutation { x }\n', '#"""\r', '#{\n'] as const;
const STRINGS = [
  '""',
  '"}"',
  '"\\""',
  '"\\\\"',
  '"mutation { pay }"',
  '"#"',
  '""""""',
  '"""}"""',
  '"""\\""" mutation X {"""',
  '"""\\\\ """',
  '"""a\n"b" {"""',
] as const;
const NOISE = [
  '{',
  '}',
  '(',
  ')',
  '"',
  '"""',
  '#',
  '\\',
  '\n',
  '\u2028',
  ' mutation ',
  ' query ',
  '@',
  '$',
  '!',
  '-1',
  '[',
  ']',
  '...',
] as const;

/** A GraphQL document of one to four definitions, with what confuses scanners; now and then it is broken on purpose. */
export function randomDocument(random: RandomSource): string {
  let text = '';
  for (let count = 1 + random.below(1 + random.below(4)); count > 0; count--)
    text += blank(random) + definition(random) + blank(random);
  if (!random.once(5)) return text;
  const position = random.below(text.length);
  return text.slice(0, position) + random.pick(NOISE) + text.slice(position + random.below(3));
}

/** The `operationName` that goes with it: often one that exists. */
export function randomOperationName(random: RandomSource, document: string): string | null | undefined {
  const names = [...document.matchAll(/(?:query|mutation|subscription)\s+(\w+)/g)].map(([, name]) => name);
  return random.once(4)
    ? random.pick([undefined, null, '', 'Unknown', ...OPERATION_NAMES])
    : random.pick([undefined, ...names]);
}

function definition(random: RandomSource): string {
  const described = random.once(12) ? `${random.pick(STRINGS)} ` : '';
  if (random.once(30)) return `${described}type T { a: Int }`;
  if (random.once(5)) {
    return `${described}fragment ${random.pick(NAMES)} on ${random.pick(NAMES)} ${directives(random)}${selection(random, 2)}`;
  }
  if (random.once(6)) return selection(random, 3);
  const kind = random.pick(['query', 'query', 'mutation', 'subscription']);
  const name = random.once(8) ? '' : random.pick(OPERATION_NAMES);
  const variables = random.once(2)
    ? ''
    : `(${blank(random)}$v: [In!]! = ${value(random, 2).replaceAll('$v', '0')} ${directives(random).replaceAll('$v', '0')})`;
  return `${described}${kind}${blank(random)} ${name}${variables}${blank(random)}${directives(random)}${selection(random, 3)}`;
}

function selection(random: RandomSource, depth: number): string {
  let text = '{';
  for (let count = 1 + random.below(3); count > 0; count--)
    text += blank(random) + field(random, depth) + blank(random);
  return `${text}}`;
}

function field(random: RandomSource, depth: number): string {
  if (random.once(8)) return ` ...${random.pick(['a', 'query', 'B2'])} `;
  if (random.once(10) && depth > 0)
    return ` ... on ${random.pick(NAMES)} ${directives(random)}${selection(random, depth - 1)}`;
  const alias = random.once(4) ? `${random.pick(NAMES)}: ` : '';
  const values = random.once(3) ? `(${random.pick(NAMES)}: ${value(random, 2)})` : '';
  const inner = random.once(2) && depth > 0 ? selection(random, depth - 1) : '';
  return ` ${alias}${random.pick(NAMES)} ${values}${directives(random)}${inner}`;
}

function directives(random: RandomSource): string {
  return random.once(4) ? `@${random.pick(NAMES)}(${random.pick(NAMES)}: ${value(random, 1)}) ` : '';
}

function value(random: RandomSource, depth: number): string {
  if (depth > 0 && random.once(4)) return `[${value(random, depth - 1)} ${value(random, depth - 1)}]`;
  if (depth > 0 && random.once(4)) return `{${random.pick(NAMES)}: ${value(random, depth - 1)}}`;
  return random.pick(['1', '-1.5e3', 'true', 'null', '$v', 'ENUM', ...STRINGS]);
}

function blank(random: RandomSource): string {
  return random.once(3) ? random.pick(BLANKS) : '';
}
