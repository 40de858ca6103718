/** A kind of error, by its class. */
type Kind = abstract new (...args: never[]) => Error;

/**
 * Runs a process: `start` begins, and answers how to end. It ends in order, with 0, at the first SIGINT, SIGTERM or
 * SIGHUP, or once whoever forked it is gone; told so while it starts, it ends as soon as it has started. What hangs does
 * not keep it from ending where `endsWithinMs` is given: after that it ends with 1. Where it cannot
 * start it says why, without a stack where the error is of a kind that a person can mend, and ends with 1.
 */
export const runProcess = (
  name: string,
  start: () => Promise<() => Promise<void>>,
  mendable: readonly Kind[] = [],
  endsWithinMs?: number,
): void => {
  const inWords = (error: unknown): string => {
    if (!(error instanceof Error)) return String(error);
    return mendable.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
  };
  const failed = (text: string): never => {
    process.stderr.write(`${text}\n`);
    process.exit(1);
  };
  const running = start();
  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    const late = `${name} did not end in time: what it waited for is left as if it had been killed.`;
    if (endsWithinMs !== undefined) setTimeout(failed, endsWithinMs, late).unref();
    running
      .then((stop) => stop())
      .then(
        () => process.exit(0),
        (error: unknown) => failed(inWords(error)),
      );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.once('disconnect', end);
  process.channel?.unref();
  running.catch((error: unknown) => isEnding || failed(`${name} cannot start. ${inWords(error)}`));
};
