/**
 * Runs a subject in a separate process, which an attack may kill. Its arguments are the subject's number and its
 * setting.
 */
import { serve } from '@twicesafe/testing';
import { SUBJECTS } from './subjects/all.ts';

const [number = '', setting = ''] = process.argv.slice(2);
const listener = await SUBJECTS[Number(number)]?.open(JSON.parse(setting));
if (!listener) throw new Error(`no subject ${number}`);
// Errors in handlers are part of the attacks, so don't log them.
console.error = () => {};
const { port } = await serve(listener);
process.send?.(port);
