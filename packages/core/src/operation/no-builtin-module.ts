/** Takes the place of `builtin-module.ts` in the build for browsers, which have no modules of their own. */
export function builtinModule(): undefined {
  return undefined;
}
