import type { Command } from 'commander';
import { clientOf, type Global } from '../global.ts';
import { print, safe, when } from '../output.ts';
import { listCommand, table } from './list.ts';
import { retryCommand } from './retry.ts';

type Parked = {
  id: string;
  consumer: string;
  stream: string;
  position: number;
  event: string;
  type: string;
  /** Absent where it only waits behind an earlier event of its stream. */
  error?: string;
  since: string;
  attempts: number;
};

const waits = 'waits behind an earlier event of its stream';

/** `throughline parked` */
export const parkedCommands = (program: Command): void => {
  const parked = program
    .command('parked')
    .description('events that a projection could not apply, and the later ones of their streams');
  listCommand<Parked>(
    parked,
    '/v1/parked',
    table(['id', 'consumer', 'position', 'since', 'error'], ({ id, consumer, position, since, error = waits }) => [
      id,
      consumer,
      String(position),
      when(since),
      error,
    ]),
    'Nothing is parked.',
    { needsALook: () => true },
  );
  parked
    .command('show')
    .argument('<id>', 'as listed')
    .description('one, and why it could not be applied')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const item = await clientOf(options).ask<Parked>(`/v1/parked/${encodeURIComponent(id)}`);
      print(options.json === true, item, () => parkedInWords(item));
    });
  retryCommand(parked, '/v1/parked');
  parked
    .command('drop')
    .argument('<id>', 'as listed')
    .description('give one up')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const answer = await clientOf(options).ask(`/v1/parked/${encodeURIComponent(id)}`, { method: 'DELETE' });
      print(options.json === true, answer ?? { dropped: id }, () => 'Dropped.');
    });
};

const parkedInWords = ({ id, type, stream, event, position, since, attempts, error = waits }: Parked): string =>
  [
    `${id}: ${safe(error)}`,
    `${type} ${event}, position ${position} of stream ${safe(stream)}`,
    `parked since ${when(since)}, tried ${attempts} times`,
  ].join('\n');
