import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { print, safe } from '../output.ts';
import { Refused } from '../refused.ts';

type Retried = {
  readonly id: string;
  readonly outcome?: string;
  readonly reason?: string;
  /** Of what was parked: how many events wait in its stream. */
  readonly waiting?: number;
};

const retriedInWords = ({ id, outcome, reason, waiting }: Retried): string =>
  waiting === undefined
    ? `${id}: ${safe([outcome, reason].filter(Boolean).join(', '))}`
    : `${id}: is tried again, with all that waits in its stream (${waiting})`;

/** `retry` of what was put aside at a path, of one or of all. */
export const retryCommand = (parent: Command, path: string): void => {
  const retried = async (client: Client, id: string): Promise<Retried> => ({
    id,
    ...(await client.ask<object>(`${path}/${encodeURIComponent(id)}/retry`, { method: 'POST' })),
  });
  // What was listed may be gone by its turn: the whole stream of what is parked is tried at once.
  const unlessGone = (error: unknown): [] => {
    if (error instanceof Refused && error.status === 404) return [];
    throw error;
  };
  parent
    .command('retry')
    .argument('[id]', 'one; without it, all')
    .description('try again')
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const results: Retried[] = [];
      if (id !== undefined) results.push(await retried(client, id));
      else
        for (const one of await Array.fromAsync(client.all<{ id: string }>(path)))
          results.push(...[await retried(client, one.id).catch(unlessGone)].flat());
      if (results.some(({ outcome }) => outcome === 'quarantined')) process.exitCode = exit.needsALook;
      print(options.json === true, { results }, () =>
        results.length === 0 ? 'There was nothing to try again.' : results.map(retriedInWords).join('\n'),
      );
    });
};
