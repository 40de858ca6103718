import { type Command, Option } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, counted, listed, print, safe, when } from '../output.ts';
import { Refused } from '../refused.ts';
import { listCommand } from './list.ts';
import { retryCommand } from './retry.ts';

type Quarantined = {
  readonly id: string;
  readonly receivedAt: string;
  readonly via: string;
  readonly reason: string;
  readonly size: number;
  readonly attempts: number;
  /** Who said that nobody wants it. */
  readonly dismissed?: { readonly at: string; readonly by: string; readonly reason: string };
  readonly from?: string;
  readonly subject?: string;
  readonly file?: string;
};

const path = '/v1/quarantine';
const at = (id: string): string => `${path}/${encodeURIComponent(id)}`;

/** `throughline quarantine` */
export const quarantineCommands = (program: Command): void => {
  const quarantine = program
    .command('quarantine')
    .description('what came in and could not be understood, with its bytes');
  listCommand<Quarantined>(quarantine, path, inWords, 'There is nothing.', {
    all: (client, { state }) => client.all(path, { state }),
    needsALook: ({ dismissed }) => dismissed === undefined,
  }).addOption(
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
      const item = await clientOf(options).ask<Quarantined & { bytes: string }>(at(id));
      // Raw bytes go to a terminal only as base64 in --json; here control characters are shown as dots.
      const text = Buffer.from(item.bytes, 'base64')
        .toString('utf8')
        .replace(/[^\P{C}\n\t]/gu, '·');
      const where = item.file === undefined ? '' : `${safe(item.file)}: `;
      print(options.json === true, item, () => `${where}${safe(whyOf(item))}\n\n${text}`);
    });
  retryCommand(quarantine, path);
  dismissCommand(quarantine);
};

const inWords = (items: readonly Quarantined[]): string =>
  listed(
    items.map((item) => ({
      id: item.id,
      about: [item.from ?? '(sender not known)', item.subject].filter(Boolean).join(': '),
      facts: [
        item.file,
        `${item.via}, ${counted(item.size, 'byte')}`,
        `received ${when(item.receivedAt)}`,
        brief(whyOf(item), 160),
      ],
    })),
  );

const byWhom = ({ dismissed }: Quarantined): string =>
  dismissed === undefined ? '' : ` by ${dismissed.by}, ${when(dismissed.at)}: ${dismissed.reason}`;

const whyOf = (item: Quarantined): string =>
  item.dismissed === undefined ? item.reason : `dismissed${byWhom(item)} (${item.reason})`;

type Dismissed = { readonly id: string } & (
  | { readonly outcome: 'dismissed'; readonly item: Quarantined }
  | { readonly outcome: 'refused'; readonly reason: string }
);

const dismissed = async (client: Client, id: string, reason: string): Promise<Dismissed> => {
  try {
    const item = await client.ask<Quarantined>(`${at(id)}/dismiss`, { method: 'POST', json: { reason } });
    // Who said so first stands, with the reason that they gave.
    return item.dismissed === undefined || item.dismissed.reason === reason
      ? { id, outcome: 'dismissed', item }
      : { id, outcome: 'refused', reason: `was dismissed before${byWhom(item)}; that reason stays` };
  } catch (error) {
    // That nothing has this id says nothing of the others.
    const isOfId = error instanceof Refused && (error.status === 404 || error.isAbout('/id'));
    if (isOfId) return { id, outcome: 'refused', reason: error.message };
    throw error;
  }
};

const dismissedInWords = (one: Dismissed): string =>
  one.outcome === 'dismissed' ? `${one.id}: dismissed${safe(byWhom(one.item))}` : `${one.id}: ${safe(one.reason)}`;

const dismissCommand = (quarantine: Command): void => {
  quarantine
    .command('dismiss')
    .argument('<id...>', 'as listed')
    .requiredOption('--reason <text>', 'why nobody wants them')
    .description('say that nobody wants some: they are counted and listed no more; their bytes are kept')
    .action(async (ids: readonly string[], { reason }: { reason: string }, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const results: Dismissed[] = [];
      for (const id of ids) results.push(await dismissed(client, id, reason));
      print(options.json === true, { results }, () => results.map(dismissedInWords).join('\n'));
      if (results.some(({ outcome }) => outcome === 'refused')) process.exitCode = exit.failed;
    });
};
