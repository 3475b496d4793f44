/** Writes the reference pages, `docs/reference`, from the docstrings of every public entry point. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Application,
  Converter,
  type DeclarationReflection,
  PageEvent,
  ReflectionKind,
  type TypeDocOptions,
} from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

const REPOSITORY = join(import.meta.dirname, '..');
const PACKAGES = join(REPOSITORY, 'packages');

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, { readonly '@twicesafe/source'?: unknown } | string>>;
}

const manifests = globSync(['packages/*/package.json', 'packages/clients/*/package.json'], { cwd: REPOSITORY });
/**
 * What a reader imports, by the file of its source. A name is described where it is first found, so the core comes
 * first.
 */
const entries = new Map(manifests.sort((a, b) => rank(a) - rank(b)).flatMap(entriesOf));

function rank(manifest: string): number {
  return manifest.startsWith('packages/core/') ? 0 : 1;
}

function entriesOf(manifest: string): [file: string, name: string][] {
  const {
    name,
    private: isPrivate,
    exports = {},
  } = JSON.parse(readFileSync(join(REPOSITORY, manifest), 'utf8')) as Manifest;
  if (isPrivate) return [];
  return Object.entries(exports).flatMap(([path, target]) => {
    const source = typeof target === 'object' ? target['@twicesafe/source'] : undefined;
    const file = typeof source === 'object' && source !== null ? Object.values(source).at(-1) : source;
    return typeof file === 'string'
      ? [[join(REPOSITORY, manifest, '..', file), join(name, path)] as [string, string]]
      : [];
  });
}

const options: Partial<TypeDocOptions & PluginOptions> = {
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: [...entries.keys()],
  tsconfig: join(REPOSITORY, 'docs/tsconfig.reference.json'),
  out: join(import.meta.dirname, 'reference'),
  // The repository is checked by another version of TypeScript.
  skipErrorChecking: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
  excludeExternals: true,
  disableSources: true,
  readme: 'none',
  name: 'Reference',
  entryFileName: 'index',
  router: 'module',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  expandObjects: false,
  parametersFormat: 'table',
  classPropertiesFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  enumMembersFormat: 'table',
  propertyMembersFormat: 'table',
};

const app = await Application.bootstrapWithPlugins(options as Partial<TypeDocOptions>);
app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection: DeclarationReflection) => {
  if (!reflection.kindOf(ReflectionKind.Module)) return;
  const file = [`${reflection.name}.ts`, `${reflection.name}/index.ts`].find((each) =>
    entries.has(join(PACKAGES, each)),
  );
  if (file) reflection.name = entries.get(join(PACKAGES, file)) as string;
});
const project = await app.convert();
if (!project) throw new Error('TypeDoc could not read the packages');
// The plugin counts the heading of a callable interface twice, so its links to a function of that name are off by one.
const callable = project
  .getReflectionsByKind(ReflectionKind.Interface)
  .filter((each) => each.isDeclaration() && each.signatures);
app.renderer.on(PageEvent.END, (page) => {
  for (const { name } of callable) {
    const anchor = `#${name.toLowerCase()}`;
    page.contents = (page.contents ?? '').replaceAll(`${anchor}-2)`, `${anchor}-1)`);
  }
});
for (const reflection of project.getReflectionsByKind(ReflectionKind.Function) as DeclarationReflection[]) {
  const comments = [reflection, ...(reflection.signatures ?? [])].map(({ comment }) => comment);
  if (!comments.some((comment) => comment?.getTag('@example')))
    app.logger.error(`${reflection.getFullName()} has no @example`);
}
await app.generateOutputs(project);
if (app.logger.hasErrors()) process.exitCode = 1;
