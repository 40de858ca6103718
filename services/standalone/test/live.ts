import type { Entry } from './shapes.ts';

/** An entry that an event stream told, and the id to come back with. */
export type Told = { readonly id: string; readonly entry: Entry };

/** Listens to server-sent entries. */
export const listen = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
  const ending = new AbortController();
  const response = await fetch(url, { headers, signal: ending.signal });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const blocks = blocksOf(response.body!.pipeThrough(new TextDecoderStream()));
  const next = async (): Promise<Told> => {
    for (;;) {
      const { value, done } = await blocks.next();
      if (done) throw new Error('the stream ended');
      const [, id] = /^id: (\d+)\nevent: entry$/m.exec(value) ?? [];
      const [, data] = /^data: (.*)$/m.exec(value) ?? [];
      if (id && data) return { id, entry: JSON.parse(data) as Entry };
    }
  };
  return { next, end: () => ending.abort() };
};

async function* blocksOf(texts: AsyncIterable<string>): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const text of texts) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop()!;
    yield* blocks;
  }
}
