import { setTimeout as pause } from 'node:timers/promises';

/** What a server answered; 0 where it did not. */
export type Answer = { readonly status: number; readonly text: string };

export type Ask = (path: string, options?: { readonly method?: string; readonly json?: object }) => Promise<Answer>;

const [patienceMs, insistsMs, againMs] = [120_000, 300_000, 100];

/**
 * Asks a server, and again where nobody answers, or somebody who cannot just then: for five minutes, after which that is
 * the answer. Redirects are answers.
 */
export const askAt =
  (url: string): Ask =>
  async (path, { method = 'GET', json } = {}) => {
    const body = json && JSON.stringify(json);
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const once = async (): Promise<Answer> => {
      const signal = AbortSignal.timeout(patienceMs);
      const answer = await fetch(url + path, { method, headers, redirect: 'manual', signal, ...(body && { body }) });
      return { status: answer.status, text: await answer.text() };
    };
    for (const deadline = performance.now() + insistsMs; ; await pause(againMs)) {
      const answer = await once().catch((error: Error) => ({ status: 0, text: error.message }));
      const { status } = answer;
      const isPassing = status === 0 || status === 429 || status >= 500;
      if (!isPassing || performance.now() > deadline) return answer;
    }
  };

/** What is answered with this status. Throws what was answered otherwise. */
export const bodyOf = ({ status, text }: Answer, ...wanted: readonly number[]): unknown => {
  if (wanted.includes(status)) return JSON.parse(text) as unknown;
  throw new Error(`${wanted.join(' or ')} was expected, and not ${status}: ${text.slice(0, 500)}`);
};
