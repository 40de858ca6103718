import { type Command, Option } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { print, safe, when } from '../output.ts';
import { Refused } from '../refused.ts';
import { listCommand } from './upkeep.ts';

type Quarantined = {
  id: string;
  receivedAt: string;
  via: string;
  reason: string;
  size: number;
  attempts: number;
  /** Who said that nobody wants it. */
  dismissed?: { at: string; by: string; reason: string };
};
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

/** `throughline quarantine | parked` */
export const asideCommands = (program: Command): void => {
  quarantineCommands(program);
  parkedCommands(program);
};

const quarantineCommands = (program: Command): void => {
  const quarantine = program
    .command('quarantine')
    .description('what came in and could not be understood, with its bytes');
  listCommand<Quarantined>(
    quarantine,
    '/v1/quarantine',
    ['id', 'received', 'via', 'bytes', 'reason'],
    (item) => [item.id, when(item.receivedAt), item.via, String(item.size), whyOf(item)],
    'There is nothing.',
    (client, { state }) => client.all('/v1/quarantine', { state }),
  ).addOption(
    new Option('--state <state>', 'what waits for somebody, or what nobody wants')
      .choices(['open', 'dismissed', 'all'])
      .default('open'),
  );
  quarantine
    .command('show')
    .argument('<id>', 'as listed')
    .description('one, with its bytes')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const item = await clientOf(options).ask<Quarantined & { bytes: string }>(
        `/v1/quarantine/${encodeURIComponent(id)}`,
      );
      // Raw bytes go to a terminal only as base64 in --json; here control characters are shown as dots.
      const text = Buffer.from(item.bytes, 'base64')
        .toString('utf8')
        .replace(/[^\P{C}\n\t]/gu, '·');
      print(options.json === true, item, () => `${safe(whyOf(item))}\n\n${text}`);
    });
  retryCommand(quarantine, '/v1/quarantine');
  quarantine
    .command('dismiss')
    .argument('<id>', 'as listed')
    .requiredOption('--reason <text>', 'why nobody wants it')
    .description('say that nobody wants one: it is counted and listed no more; its bytes are kept')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { reason: string }>();
      const json = { reason: options.reason };
      const path = `/v1/quarantine/${encodeURIComponent(id)}/dismiss`;
      const item = await clientOf(options).ask<Quarantined>(path, { method: 'POST', json });
      print(options.json === true, item, () => `Dismissed${safe(byWhom(item))}.`);
    });
};

const byWhom = ({ dismissed }: Quarantined): string =>
  dismissed === undefined ? '' : ` by ${dismissed.by}, ${when(dismissed.at)}: ${dismissed.reason}`;

const whyOf = (item: Quarantined): string =>
  item.dismissed === undefined ? item.reason : `dismissed${byWhom(item)} (${item.reason})`;

const parkedCommands = (program: Command): void => {
  const parked = program
    .command('parked')
    .description('events that a projection could not apply, and the later ones of their streams');
  listCommand<Parked>(
    parked,
    '/v1/parked',
    ['id', 'consumer', 'position', 'since', 'error'],
    ({ id, consumer, position, since, error = waits }) => [id, consumer, String(position), when(since), error],
    'Nothing is parked.',
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

const retryCommand = (parent: Command, path: string): void => {
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
