import type { Command } from 'commander';
import { clientOf, type Global } from '../global.ts';
import { brief, columns, columnsOfWords, nameOf, type Party, print, when } from '../output.ts';
import { Refused } from '../refused.ts';
import { thenInWords, type When, whenOptions, whenQuery } from '../when.ts';
import { type Brief, briefInWords } from './brief.ts';
import { type Entry, entryInWords } from './entry.ts';

type Customer = {
  id: string;
  name?: string;
  handles: Party[];
  owner: Party | null;
  lastAt?: string;
  entries?: number;
  sealed?: boolean;
};
type Page<Item> = { items: Item[]; nextCursor: string | null; position?: number };

/** `throughline customers | timeline HANDLE | brief HANDLE` */
export const customerCommands = (program: Command): void => {
  program
    .command('customers')
    .description('who there is, the most recent activity first')
    .option('-q, --query <words>', 'words of a name or a handle, or their beginnings')
    .option('--limit <n>', 'how many', '50')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { query?: string; limit: string }>();
      const query = { q: options.query, limit: options.limit };
      const page = await clientOf(options).ask<Page<Customer>>('/v1/customers', { query });
      print(options.json === true, page, () => customersInWords(page, options.query));
    });

  whenOptions(program.command('timeline'))
    .description("a customer's timeline, the newest first")
    .argument('<handle>', 'such as email:ann@example.com, or the customer’s id')
    .option('--limit <n>', 'how many', '20')
    .option('--channel <channel>', 'only this channel')
    .option('--direction <direction>', 'inbound, outbound or internal')
    .option('--cursor <cursor>', 'where the page before it ended')
    .option('--all', 'what was decided as well: who had it, what was promised, what a CRM took')
    .action(async (handle: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        Global & When & { limit: string; channel?: string; direction?: string; cursor?: string; all?: boolean }
      >();
      const client = clientOf(options);
      const id = await customerBy(client, handle, options);
      const { limit, channel, direction, cursor, all } = options;
      const query = { limit, channel, direction, cursor, type: all ? 'all' : undefined, ...whenQuery(options) };
      const page = await client.ask<Page<Entry>>(`/v1/customers/${id}/timeline`, { query });
      print(options.json === true, page, () => timelineInWords(page) + thenInWords(options, page.position));
    });

  whenOptions(program.command('brief'))
    .description('the four answers about a customer')
    .argument('<handle>', 'such as email:ann@example.com, or the customer’s id')
    .action(async (handle: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & When>();
      const query = { handle, ...whenQuery(options) };
      const answer = await clientOf(options).ask<Brief>('/v1/brief', { query });
      print(options.json === true, answer, () => briefInWords(answer) + thenInWords(options, answer.position));
    });
};

/** The customer behind a handle (or an id as it is), as of then. */
export const customerBy = async (
  client: ReturnType<typeof clientOf>,
  handle: string,
  when: When = {},
): Promise<string> => {
  if (/^[0-9a-f-]{36}$/.test(handle)) return handle;
  const { items } = await client.ask<Page<Customer>>('/v1/customers', { query: { handle, ...whenQuery(when) } });
  if (!items[0]) throw new Refused(404, { code: 'CustomerUnknown', detail: `Nobody has the handle ${handle}.` });
  return items[0].id;
};

const nobody = (query?: string): string =>
  query === undefined
    ? 'Nobody yet. Bring somebody in: npx throughline import PATH'
    : `Nobody is found by ${query || 'an empty text'}.`;

const customersInWords = ({ items, nextCursor }: Page<Customer>, query?: string): string =>
  items.length === 0
    ? nobody(query)
    : columns(
        ['last', 'entries', 'name', 'handles'],
        items.map(({ lastAt, entries, name, handles, owner, sealed }) => [
          lastAt ? when(lastAt) : '',
          String(entries ?? ''),
          brief(`${name ?? ''}${owner ? ` (${nameOf(owner)})` : ''}`, 40),
          brief(handles.map(({ handle }) => handle ?? (sealed ? '(sealed)' : '(erased)')).join(' '), 80),
        ]),
      ) + (nextCursor ? '\n… and more (--limit, or -q to find somebody)' : '');

const timelineInWords = ({ items, nextCursor }: Page<Entry>): string =>
  items.length === 0
    ? 'Nothing.'
    : columnsOfWords(
        ['when', 'what', 'who', 'words'],
        items.map((entry) => [
          when(entry.occurredAt),
          entry.channel ? `${entry.channel} ${entry.direction === 'inbound' ? '←' : '→'}` : entry.type,
          brief(entry.participants?.length ? nameOf(entry.participants[entry.author ?? 0] ?? {}) : '', 30),
          brief(entryInWords(entry), 90),
        ]),
      ) + (nextCursor ? `\n… older: --cursor ${nextCursor}` : '');
