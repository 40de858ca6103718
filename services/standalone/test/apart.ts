import { eventually } from '@throughline/testing';
import { run, type Run } from './standalone.ts';

/** A service in a process of its own; its variables are those of a fleet. */
export const launchService = (name: string, env: Readonly<Record<string, string>>): Run =>
  run(`../../${name}/src/main.ts`, [], env);

/** Where it is reached, once it says so; rejects where it ended before. */
export const urlOf = (name: string, { out, err, ended }: Run): Promise<string> => {
  const early = ended.then(({ code }) => Promise.reject(new Error(`${name} ended with ${code}: ${err()}`)));
  const ready = eventually(
    () => {
      const [, url] = new RegExp(`^${name} is ready at (\\S+)`, 'm').exec(out()) ?? [];
      if (url === undefined) throw new Error(`${name} is not ready: ${err()}`);
      return url;
    },
    { within: 90_000 },
  );
  return Promise.race([ready, early]);
};
