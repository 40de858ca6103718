import { useCallback, useState } from 'react';
import type { Entry } from '../shapes.ts';

const none: ReadonlySet<string> = new Set();

const withOne = (all: ReadonlySet<string>, id: string): ReadonlySet<string> => new Set([...all, id]);

const without = (all: ReadonlySet<string>, ids: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...all].filter((id) => !ids.has(id)));

/** Which long words are shown whole, and which stretches of conversations are unfolded; by the ids of entries. */
export const useOpened = () => {
  const [opened, setOpened] = useState(none);
  const [unfolded, setUnfolded] = useState(none);
  const open = useCallback(
    ({ id }: Entry) => setOpened((all) => (all.has(id) ? without(all, new Set([id])) : withOne(all, id))),
    [],
  );
  const unfold = useCallback((entries: readonly Entry[]) => setUnfolded((all) => withOne(all, entries[0]!.id)), []);
  const fold = useCallback(
    (entries: readonly Entry[]) =>
      setUnfolded((all) => {
        const ids = new Set(entries.map(({ id }) => id));
        return [...ids].some((id) => all.has(id)) ? without(all, ids) : withOne(all, entries[0]!.id);
      }),
    [],
  );
  return { opened, open, unfolded, fold, unfold };
};
