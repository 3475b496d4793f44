#!/usr/bin/env node
import { runCommand } from './command/run-command.ts';

try {
  await runCommand(process.argv.slice(2), console, process.env);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\nSee: npx @twicesafe/outbox --help`);
  process.exitCode = 1;
}
