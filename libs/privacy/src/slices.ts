import { setImmediate } from 'node:timers/promises';

const size = 256;

/** Maps a long list without holding up everybody else: between slices others have their turn. */
export const inSlices = async <In, Out>(
  items: readonly In[],
  map: (item: In, index: number) => Out,
): Promise<Out[]> => {
  const out: Out[] = [];
  for (let from = 0; from < items.length; from += size) {
    if (from > 0) await setImmediate();
    const to = Math.min(from + size, items.length);
    for (let index = from; index < to; index += 1) out.push(map(items[index]!, index));
  }
  return out;
};
