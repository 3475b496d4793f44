/** Plays faults by msw in a browser, and sends what the page saw of them to its origin. */
import { setupWorker } from 'msw/browser';
import { handlersFor } from '../../src/msw/index.ts';

const worker = setupWorker();
await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });

const seen: unknown[] = [];
for (const name of ['none', 'resetBefore', 'resetAfter', 'lost502', 'busy503'] as const) {
  const faulty = handlersFor(name, { url: '/orders' });
  worker.resetHandlers(...faulty.handlers);
  const answers: unknown[] = [];
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const sent = fetch('/orders', { method: 'POST', body: 'order' });
    answers.push(
      await sent.then(
        ({ status }) => status,
        ({ name }) => name,
      ),
    );
  }
  seen.push([name, answers, faulty.arrivals, faulty.effects.length]);
}
await fetch('/seen', { method: 'POST', body: JSON.stringify(seen) });
