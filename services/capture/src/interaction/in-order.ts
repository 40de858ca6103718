/**
 * Works on items as they come, at most `width` at a time, and yields what comes of them in their order, each as soon as it
 * and all before it are done. A source that is faster waits.
 */
export async function* inOrder<In, Out>(
  items: AsyncIterable<In>,
  width: number,
  work: (item: In, index: number) => Promise<Out>,
): AsyncGenerator<Out> {
  const source = items[Symbol.asyncIterator]();
  const waiting: Promise<Out>[] = [];
  const pull = () => heard(source.next());
  let index = 0;
  let next: Promise<IteratorResult<In>> | undefined = pull();
  while (next || waiting.length > 0) {
    const first = await Promise.race([
      ...(next && waiting.length < width ? [next.then((item) => ({ item }))] : []),
      ...(waiting[0] ? [waiting[0].then((out) => ({ out }))] : []),
    ]);
    if ('out' in first) {
      void waiting.shift();
      yield first.out;
    } else if (first.item.done) next = undefined;
    else {
      waiting.push(heard(work(first.item.value, index++)));
      next = pull();
    }
  }
}

// Whoever waits for it hears of the failure; until then it is nobody's.
const heard = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};
