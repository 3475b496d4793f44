import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { OpenApiOptions } from '../../src/openapi/open-api.ts';

/** A real OpenAPI description from an npm package. */
export interface Description {
  readonly name: string;
  /** The options that a user of it needs. */
  readonly options: OpenApiOptions;
  load(): Readonly<Record<string, unknown>>;
}

const { resolve } = createRequire(import.meta.url);

/** The descriptions, each of another producer or another version of OpenAPI. */
export const descriptions: readonly Description[] = [
  from('GitHub', '@octokit/openapi', 'generated/api.github.com.json'),
  from('GitHub Enterprise Cloud', '@octokit/openapi', 'generated/ghec.json'),
  from('GitHub Enterprise Server', '@octokit/openapi', 'generated/ghes-3.19.json'),
  from('Directus', '@directus/specs', 'dist/openapi.json', { baseUrl: 'https://directus.example' }),
  from('Blockfrost', '@blockfrost/openapi', 'openapi.yaml'),
  from('Okta', '@okta/openapi', 'dist/spec.json', { baseUrl: 'https://dev-1.okta.example' }),
  from('Scalar Galaxy', '@scalar/galaxy', 'dist/3.1.json'),
  from('Train Travel', '@readme/oas-examples', '3.1/json/train-travel.json'),
  from('Petstore', '@readme/oas-examples', '2.0/json/petstore.json'),
];

function from(name: string, packageName: string, file: string, options: OpenApiOptions = {}): Description {
  return {
    name,
    options,
    load: () => {
      const text = readFileSync(join(folderOf(packageName), file), 'utf8');
      return file.endsWith('.yaml') ? parse(text) : JSON.parse(text);
    },
  };
}

function folderOf(packageName: string): string {
  const paths = createRequire(import.meta.url).resolve.paths(packageName) ?? [];
  for (const path of paths) {
    try {
      return dirname(resolve(join(path, packageName, 'package.json')));
    } catch {
      // It is in one of the other folders.
    }
  }
  throw new Error(`${packageName} is not installed`);
}
