import { readdirSync, readFileSync } from 'node:fs';
import { build, createLogger } from 'vite';

const warnings = [];
const customLogger = createLogger('warn');
customLogger.warn = (message) => warnings.push(message);
await build({ customLogger, build: { target: 'es2022' } });
const code = readdirSync('dist/assets').map((file) => readFileSync(`dist/assets/${file}`, 'utf8'));

if (warnings.length > 0) throw new Error(`Vite warns: ${warnings.join('\n')}`);
if (code.length === 0 || code.some((text) => /\bfrom ?["']/.test(text)))
  throw new Error('Vite left an import in the bundle');
