import type { Fault } from '../faults/fault.ts';
import { faultHeaders } from '../faults/fault-headers.ts';
import { type Passage, readAll, type UpstreamAnswer, UpstreamUnreachable } from './passage.ts';

/** What the faults need to know. */
export interface ProxyFaultSetting {
  readonly retryAfterSeconds: number;
  readonly slowMs: number;
  /** Is called when the answer of the fault, or its cut, is about to be sent. */
  readonly onAnswer?: (() => void) | undefined;
}

/**
 * Plays a fault on one request. Whatever is lost after the effect is lost only once the server's answer is whole,
 * because only then the effect is certain.
 */
export async function playFault(passage: Passage, fault: Fault, setting: ProxyFaultSetting): Promise<void> {
  try {
    if (fault.effects === 0) await loseBefore(passage, fault, setting);
    else if (fault.effects === 2) await duplicate(passage);
    else if (fault.answer === 'whole') (await passage.forward()).relay();
    else await loseAfter(passage, fault, setting);
  } catch (error) {
    // What became of the server is what the client sees.
    if (error instanceof UpstreamUnreachable)
      passage.answer(502, { 'content-type': 'text/plain' }, `${error.message}\n`);
    else passage.fail();
  }
}

async function loseBefore(passage: Passage, fault: Fault, setting: ProxyFaultSetting): Promise<void> {
  for await (const _ of passage.body);
  lose(passage, fault, setting);
}

async function loseAfter(passage: Passage, fault: Fault, setting: ProxyFaultSetting): Promise<void> {
  const answer = await passage.forward();
  const body = await readAll(answer.body);
  if (fault.answer === 'late') await new Promise((resolve) => setTimeout(resolve, setting.slowMs).unref());
  if (fault.answer === 'late') answer.send(body);
  else if (fault.answer === 'torn') answer.tear(body);
  else lose(passage, fault, setting);
}

/** The twin goes on a connection of its own, and its answer goes nowhere. */
async function duplicate(passage: Passage): Promise<void> {
  const body = await readAll(passage.body);
  const [answer] = await Promise.all([passage.forward(body), passage.forward(body).then(discard)]);
  answer.relay();
}

async function discard({ body }: UpstreamAnswer): Promise<void> {
  for await (const _ of body);
}

function lose(passage: Passage, { answer }: Fault, { retryAfterSeconds, onAnswer }: ProxyFaultSetting): void {
  onAnswer?.();
  if (answer === 'reset') passage.reset();
  else if (answer === 'closed') passage.close();
  else if (typeof answer === 'number') {
    const { target } = passage.request;
    const headers = faultHeaders(answer, retryAfterSeconds);
    passage.answer(answer, 'location' in headers ? { location: target } : headers);
  }
}
