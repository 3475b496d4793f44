import { decoded } from './references.ts';
import { RouteTree } from './route-tree.ts';
import { fits, type Segment } from './segments.ts';
import type { Address } from './servers.ts';

/** The maximum number of segments in a path. Longer paths never match, so that searches stay fast. */
const MOST_SEGMENTS = 128;

/** Maps a method and a path template, at any of several servers, to values. */
export class RouteMap<T> {
  readonly #byOrigin = new Map<string, RouteTree<T>>();
  readonly #byPattern = new Map<string, { readonly pieces: readonly string[]; readonly tree: RouteTree<T> }>();
  #size = 0;

  /** How many values were added. A value counts once for each address. */
  get size(): number {
    return this.#size;
  }

  /** Adds a value at each address. */
  add(addresses: readonly Address[], method: string, segments: readonly Segment[], value: T): void {
    for (const { origin, base } of addresses) {
      this.#treeFor(origin).add(method, [...base, ...segments], value);
      this.#size++;
    }
  }

  /** Finds the values for an absolute URL. Returns several values if the URL can't distinguish them. */
  find(method: string, url: string): readonly T[] {
    const parsed = URL.parse(url);
    if (!parsed) return [];
    const parts = parsed.pathname.slice(1).split('/', MOST_SEGMENTS + 1);
    if (parts.length > MOST_SEGMENTS) return [];
    const path = parsed.pathname.includes('%') ? parts.map(decoded) : parts;
    const found = this.#byOrigin.get(parsed.origin)?.find(method, path) ?? [];
    if (found.length > 0) return found;
    for (const { pieces, tree } of this.#byPattern.values()) {
      const values = isHostOf(parsed.origin, pieces) ? tree.find(method, path) : [];
      if (values.length > 0) return values;
    }
    return [];
  }

  #treeFor(origin: readonly string[]): RouteTree<T> {
    const name = origin.join('{}');
    const known = origin.length > 1 ? this.#byPattern.get(name)?.tree : this.#byOrigin.get(name);
    const tree = known ?? new RouteTree<T>();
    if (origin.length > 1) this.#byPattern.set(name, { pieces: origin, tree });
    else this.#byOrigin.set(name, tree);
    return tree;
  }
}

/**
 * Whether an origin fits a template. A parameter stays within one label of a host name, so both have the same number of
 * labels.
 */
function isHostOf(origin: string, pieces: readonly string[]): boolean {
  return labels(origin) === labels(pieces.join('')) && fits(origin, pieces);
}

function labels(origin: string): number {
  return origin.split(/[.:]/).length;
}
