import { runProcess } from '../src/process.ts';

// Something that it waits for never comes back.
const stop = (): Promise<void> => new Promise(() => {});
const start = async () => {
  setInterval(() => {}, 1_000);
  // Once it hears signals.
  setImmediate(() => process.stdout.write('started\n'));
  return stop;
};

runProcess('Stuck', start, [], 200);
