/** Takes the place of `builtin-module.ts` in the build for browsers, which lack built-in modules. */
export function builtinModule(): undefined {
  return undefined;
}
