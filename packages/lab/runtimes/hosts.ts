import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from './probe.ts';
import type { Runtime } from './runtimes.ts';

const WORKERD_CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "main.js", esModule = embed "main.js"), (name = "probe.js", esModule = embed "probe.js")],
      compatibilityDate = "2026-01-01",
    )),
    (name = "internet", network = (
      allow = ["private", "public"],
      tlsOptions = (trustedCertificates = [embed "trusted.pem"]),
    )),
  ],
);
`;

/** Preferences that limit Firefox's requests to the page. */
const FIREFOX_PREFERENCES = [
  'app.update.enabled',
  'browser.safebrowsing.malware.enabled',
  'browser.safebrowsing.phishing.enabled',
  'datareporting.healthreport.uploadEnabled',
  'network.captive-portal-service.enabled',
  'network.connectivity-service.enabled',
];

/** Writes a runtime's start files: a script, a worker and its configuration, or a browser's profile. */
export function writeHost(folder: string, host: Runtime['host'], places: Places): void {
  const start = `probe(${JSON.stringify(places)})`;
  const body = host === 'worker' ? `export default { test: () => ${start} };` : `await ${start};`;
  writeFileSync(join(folder, 'main.js'), `import { probe } from './probe.js';\n${body}\n`);
  writeFileSync(join(folder, 'config.capnp'), WORKERD_CONFIG);
  mkdirSync(join(folder, 'firefox'), { recursive: true });
  const preferences = FIREFOX_PREFERENCES.map((name) => `user_pref("${name}", false);`);
  writeFileSync(join(folder, 'firefox', 'user.js'), preferences.join('\n'));
}

/** Returns the probe as a page. The browser loads everything from the origin, so that no CORS check applies. */
export function pageFor(folder: string, places: Places): string {
  const probe = readFileSync(join(folder, 'probe.js'), 'utf8').replace(/^export .*$/m, '');
  return `<link rel="icon" href="data:,"><script type="module">${probe}\nawait probe(${JSON.stringify(places)});</script>`;
}
