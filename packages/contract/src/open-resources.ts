const STDIO: ReadonlySet<string> = new Set(['TTYWrap', 'PipeWrap']);

/** What keeps the process alive now, sorted, without stdio: compare it before and after to find what was left behind. */
export function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => !STDIO.has(name))
    .sort();
}
