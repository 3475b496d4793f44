import { basename } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { DECISION_SENTENCES } from '../../packages/core/src/decision/sentences.ts';

/** Puts what `explain` prints for a reason below the heading of the reason's page. */
export function reasonSentence(md: MarkdownRenderer): void {
  md.core.ruler.after('normalize', 'reason-sentence', (state) => {
    const { relativePath } = state.env as { relativePath?: string };
    if (!relativePath?.startsWith('why/')) return;
    const sentence = (DECISION_SENTENCES as Record<string, string>)[basename(relativePath, '.md')];
    if (sentence)
      state.src = state.src.replace(/^# .+\n/m, (heading) => `${heading}\n> \`explain\` says: ${sentence}.\n`);
  });
}
