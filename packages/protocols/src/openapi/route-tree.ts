import { fits, type Segment } from './segments.ts';

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  readonly partials: { readonly pieces: readonly string[]; readonly node: Node<T> }[];
  parameter?: Node<T>;
  rest?: Node<T>;
  readonly values: Map<string, T[]>;
}

/**
 * Maps a method and a path template to values. Considers only paths with the method. Concrete paths take precedence
 * over templated ones, segment by segment (OpenAPI 3.1 section 4.8.8).
 */
export class RouteTree<T> {
  readonly #root: Node<T> = newNode();

  /** Adds a value. */
  add(method: string, segments: readonly Segment[], value: T): void {
    let node = this.#root;
    for (const segment of segments) node = childFor(node, segment);
    node.values.set(method, [...(node.values.get(method) ?? []), value]);
  }

  /**
   * Finds the values of the best matching template.
   *
   * @param parts - The decoded segments of a path.
   * @returns The values, which are several if templates differ only in their parameter names. Empty without a matching
   *   template.
   */
  find(method: string, parts: readonly string[]): readonly T[] {
    return findIn(this.#root, method, parts, 0) ?? [];
  }
}

function newNode<T>(): Node<T> {
  return { literals: new Map(), partials: [], values: new Map() };
}

function childFor<T>(node: Node<T>, segment: Segment): Node<T> {
  switch (segment.type) {
    case 'literal': {
      const child = node.literals.get(segment.text) ?? newNode<T>();
      node.literals.set(segment.text, child);
      return child;
    }
    case 'partial': {
      const { pieces } = segment;
      const same = node.partials.find((partial) => partial.pieces.join('{}') === pieces.join('{}'));
      if (same) return same.node;
      const added = { pieces, node: newNode<T>() };
      node.partials.push(added);
      // A template with more literal text is more concrete.
      node.partials.sort((a, b) => b.pieces.join('').length - a.pieces.join('').length);
      return added.node;
    }
    case 'parameter':
    case 'rest':
      node[segment.type] ??= newNode<T>();
      return node[segment.type] ?? node;
  }
}

function findIn<T>(node: Node<T>, method: string, parts: readonly string[], index: number): readonly T[] | undefined {
  const part = parts[index];
  if (part === undefined) return node.values.get(method);
  const literal = node.literals.get(part);
  let found = literal && findIn(literal, method, parts, index + 1);
  for (const { pieces, node: child } of node.partials) {
    if (!found && fits(part, pieces)) found = findIn(child, method, parts, index + 1);
  }
  if (part === '') return found;
  if (!found && node.parameter) found = findIn(node.parameter, method, parts, index + 1);
  for (let next = index + 1; !found && node.rest && next <= parts.length; next++) {
    found = findIn(node.rest, method, parts, next);
  }
  return found;
}
