import { setImmediate as turn } from 'node:timers/promises';

/**
 * Asks once for all that is wanted within one turn of the event loop, whoever wants it: each is answered for all the keys
 * of that turn, theirs among them. Rejects for all where asking does.
 */
export const gathered = <Key, Answer>(
  ask: (keys: readonly Key[]) => Promise<Answer>,
): ((wanted: Iterable<Key>) => Promise<Answer>) => {
  let next: { readonly keys: Set<Key>; readonly answer: Promise<Answer> } | undefined;

  const begin = () => {
    const keys = new Set<Key>();
    const answer = turn().then(() => {
      next = undefined;
      return ask([...keys]);
    });
    return { keys, answer };
  };

  return (wanted) => {
    next ??= begin();
    for (const key of wanted) next.keys.add(key);
    return next.answer;
  };
};
