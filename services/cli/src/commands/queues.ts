import type { Command } from 'commander';
import { exit } from '../client.ts';
import { withGists } from '../gists.ts';
import { clientOf, type Global } from '../global.ts';
import { columns, print, when } from '../output.ts';
import { type When, whenOptions, whenQuery } from '../when.ts';
import { does, type Matter, mattersInWords } from './matter.ts';

/** A queue as it stands. */
export type Queue = {
  readonly team: string;
  readonly waiting: number;
  readonly waitingSince?: string;
  /** Of these, past their time. */
  readonly late: number;
  /** Agents who take turns now, of so many. */
  readonly available: number;
  readonly agents: number;
  readonly fallback?: 'agent' | 'nobody';
};

export const queuesPath = '/v1/queues';
const at = (team: string): string => `${queuesPath}/${encodeURIComponent(team)}`;

/** `throughline queues` */
export const queueCommands = (program: Command): void => {
  const queues = program.command('queues').description('what waits for somebody to take it');
  listCommand(queues);
  queues
    .command('next')
    .argument('<team>', 'whose queue')
    .argument('<agent>', 'who takes it: a handle, or an id')
    .description('take the next one that is for this agent')
    .action(async (team: string, agent: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const next = { method: 'POST', json: { agent } } as const;
      const { matter } = await client.ask<{ matter: Matter | null }>(`${at(team)}/next`, next);
      const taken = await withGists(client, matter ? [matter] : []);
      print(options.json === true, { matter: taken[0] ?? null }, () =>
        matter ? mattersInWords(taken) : `Nothing waits in ${team} for ${agent}.`,
      );
    });
  for (const [verb, about] of [
    ['accept', 'take what is offered'],
    ['decline', 'leave what is offered to somebody else'],
  ] as const)
    queues
      .command(verb)
      .argument('<matter>', 'its id')
      .argument('<agent>', 'to whom it is offered: a handle, or an id')
      .description(about)
      .action((id: string, agent: string, _: unknown, command: Command) => does(id, verb, { agent }, command));
};

const isLate = ({ until }: Matter): boolean => until !== undefined && Date.parse(until) < Date.now();

const queuesTable = (queues: readonly Queue[]): string =>
  columns(
    ['queue', 'waiting', 'since', 'past their time', 'agents there'],
    queues.map(({ team, waiting, waitingSince, late, available, agents }) => [
      team,
      String(waiting),
      waitingSince === undefined ? '' : when(waitingSince),
      String(late),
      `${available} of ${agents}`,
    ]),
  );

const listCommand = (queues: Command): void => {
  whenOptions(queues.command('list'))
    .argument('[team]', 'what waits in its queue; without it, the queues')
    .description('list what waits, the most urgent first; or the queues')
    .action(async (team: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & When>();
      const client = clientOf(options);
      const isThen = (options.asOf ?? options.recordedAsOf) !== undefined;
      if (team === undefined) {
        if (isThen) command.error('error: name the team whose queue you ask about at another moment');

        const items = await Array.fromAsync(client.all<Queue>(queuesPath));
        return print(options.json === true, { items }, () => queuesTable(items));
      }
      const found = await Array.fromAsync(client.all<Matter>(at(team), whenQuery(options)));
      const items = await withGists(client, found);
      print(options.json === true, { items }, () =>
        items.length === 0 ? `Nothing waits in ${team}.` : mattersInWords(items),
      );
      // Its time is over and nobody is there to have it.
      if (!isThen && items.some(isLate)) process.exitCode = exit.needsALook;
    });
};
