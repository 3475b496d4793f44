import { readdirSync, readFileSync } from 'node:fs';
import { CODES } from '../../src/connect/codes.ts';
import { ERROR_CODES } from '../../src/graphql/error-codes.ts';
import { REJECTED, TRANSIENT } from '../../src/json-rpc/error-codes.ts';
import { ethereum, mcp } from '../../src/json-rpc/json-rpc.ts';

/** The tables of docs/protocols.md that follow from the code, by the name of their place. */
export function tables(): ReadonlyMap<string, string> {
  return new Map([
    ['graphql-codes', graphqlCodes()],
    ['json-rpc-methods', jsonRpcMethods()],
    ['json-rpc-codes', jsonRpcCodes()],
    ['connect-codes', connectCodes()],
    ['judges', judgeTable()],
  ]);
}

/** A text with new content between the marks of a place. */
export function between(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  if (!text.includes(open) || !text.includes(close)) throw new RangeError(`the text has no place ${name}`);
  return `${text.slice(0, text.indexOf(open) + open.length)}\n${content}\n${text.slice(text.indexOf(close))}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function graphqlCodes(): string {
  const rows = [...ERROR_CODES].map(([code, { verdict, refused }]) => [
    `\`${code}\``,
    verdict,
    refused ?? 'proves nothing',
  ]);
  return table(['code', 'verdict', 'nothing ran, if there is no `data`'], rows);
}

function jsonRpcMethods(): string {
  const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  return table(
    ['preset', 'safe', 'idempotent'],
    [
      ['`ethereum`', list(ethereum.safe), list(ethereum.idempotent)],
      ['`mcp`', list(mcp.safe), list(mcp.idempotent)],
    ],
  );
}

function jsonRpcCodes(): string {
  const codes = [...TRANSIENT].map((code) => [String(code), 'transient', 'proves nothing']);
  const rejected = [...REJECTED].map((code) => [
    String(code),
    'final',
    'https://www.jsonrpc.org/specification#error_object',
  ]);
  return table(
    ['code', 'verdict', 'no method ran'],
    [...codes, ...rejected, ['any other, with a 2xx', 'final', 'proves nothing']],
  );
}

function connectCodes(): string {
  const words = { yes: 'transient', 'if-asked': 'transient with a wait, else final', no: 'final' };
  return table(
    ['code', 'number', 'verdict', 'why'],
    CODES.map(({ name, number, transient, why }) => [`\`${name}\``, String(number), words[transient], why]),
  );
}

/** The first paragraph and the `Source:` of each judge's docstring. */
function judgeTable(): string {
  const folder = new URL('../../src/judges/', import.meta.url);
  const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const found = texts.flatMap((text) => [
    ...text.matchAll(/\/\*\*\n((?: \*.*\n)+?) \* Source: (\S+)\n \*\/\nexport (?:function|const) (\w+)/g),
  ]);
  const rows = found.map(([, comment = '', source = '', name = '']) => [
    `\`judges.${name}\``,
    paragraph(comment),
    source,
  ]);
  return table(
    ['judge', 'what it reads', 'source'],
    rows.toSorted(([a = ''], [b = '']) => a.localeCompare(b)),
  );
}

function paragraph(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, ''));
  return lines.join('\n').trim().replace(/\n+/g, ' ');
}
