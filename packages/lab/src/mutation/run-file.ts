import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a run tells Stryker's processes. */
export interface RunFile {
  /** How many of the mutants run, in percent. */
  readonly percent: number;
  /** Whether an earlier run left survivors, which run again with more care. */
  readonly again: boolean;
  /** The names of mutants that an earlier run noticed, each with whether it ran out of time. They don't run again. */
  readonly noticed: readonly (readonly [name: string, outOfTime: boolean])[];
  /** The names of mutants that act while a module loads, too. */
  readonly loaded: readonly string[];
  /** The text of each mutated file before Stryker changed it, by its path in the workspace. */
  readonly sources: Readonly<Record<string, string>>;
  /** The file that gets the name of each survivor at once. */
  readonly survivors: string;
}

const NAME = 'mutation-run.json';

/** Writes the file to a copy of the workspace. */
export function writeRunFile(workspace: string, file: RunFile): void {
  writeFileSync(join(workspace, NAME), JSON.stringify(file));
}

/** Reads the file of the workspace that Stryker runs in. */
export function readRunFile(): RunFile {
  return JSON.parse(readFileSync(NAME, 'utf8')) as RunFile;
}
