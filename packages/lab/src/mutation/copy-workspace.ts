import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

/**
 * The folders that a copy omits: history, builds and reports. A copy shares the installed packages with the original.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', '.stryker-tmp', 'coverage', 'dist', 'reports']);

/** A copy of the workspace, removed at the end of the block. */
export interface WorkspaceCopy extends AsyncDisposable {
  readonly path: string;
}

/**
 * Copies the workspace, because Stryker changes the sources while it runs. Stryker's own sandbox is unsuitable:
 * packages in it would follow links to the originals and test those.
 */
export async function copyWorkspace(root: string): Promise<WorkspaceCopy> {
  const path = await mkdtemp(join(tmpdir(), 'twicesafe-mutation-'));
  await cp(root, path, {
    recursive: true,
    // The links between packages are relative, so they lead to the copies.
    verbatimSymlinks: true,
    filter: (source) => {
      const parts = relative(root, source).split(sep);
      return parts[0] !== 'node_modules' && !parts.some((part) => LEFT_OUT.has(part));
    },
  });
  await symlink(join(root, 'node_modules'), join(path, 'node_modules'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
