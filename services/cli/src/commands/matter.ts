import type { Command } from 'commander';
import type { Client } from '../client.ts';
import { gistInWords, type Told, withGists } from '../gists.ts';
import { clientOf, type Global } from '../global.ts';
import { columns, listed, print, when } from '../output.ts';
import { nameOf, type Person, type Written } from './people.ts';

/** One of its conversations. */
export type Conversation = { readonly id: string; readonly channel?: string; readonly lastAt?: string };

/** A matter as `/v1/matters` answers it. */
export type Matter = {
  readonly id: string;
  readonly state: 'queued' | 'offered' | 'owned' | 'closed';
  readonly customer: string;
  readonly conversation?: string;
  readonly asked: Readonly<Record<string, string>>;
  readonly agent?: Person;
  readonly team?: string;
  readonly until?: string;
  readonly fallback?: Person;
  readonly since: string;
  readonly at: string;
  readonly rule?: string;
  readonly outcome?: string;
  readonly conversations?: readonly Conversation[];
};

export const mattersPath = '/v1/matters';
const at = (id: string): string => `${mattersPath}/${encodeURIComponent(id)}`;

/** What the customer asked, in a few words. */
export const askedFor = ({ asked: { channel, kind, intent, topic, priority, severity } }: Matter): string =>
  [channel, kind, intent ?? topic, severity && `severity ${severity}`, priority !== 'normal' && priority]
    .filter(Boolean)
    .join(', ');

/** Who has it, or where it waits, and until when. */
export const whereIs = ({ state, agent, team, until, fallback, outcome }: Matter): string => {
  const limit = until === undefined ? '' : ` until ${when(until)}`;
  switch (state) {
    case 'queued':
      return `waits in ${team}${limit}${fallback ? `, then ${nameOf(fallback)} has it` : ''}`;
    case 'offered':
      return `offered to ${agent ? nameOf(agent) : 'somebody'}${limit}`;
    case 'owned':
      return agent ? nameOf(agent) : 'somebody';
    case 'closed':
      return `closed${outcome === undefined ? '' : `: ${outcome}`}`;
  }
};

/** Matters as a list: whose each is and what it is about, who has it, since when it is there. */
export const mattersInWords = (items: readonly Told<Matter>[]): string =>
  listed(
    items.map((one) => ({
      id: one.id,
      about: gistInWords(one.gist),
      facts: [askedFor(one), `since ${when(one.since)}`, whereIs(one)],
    })),
  );

/** One matter as it is, at a position or later. */
export const matterBy = (client: Client, id: string, minPosition?: number): Promise<Matter> =>
  client.ask<Matter>(at(id), { query: { minPosition } });

/** Does something about one matter, and shows it as it is then; or another one that it comes to. */
export const does = async (
  id: string,
  verb: string,
  json: object | undefined,
  command: Command,
  shown = id,
): Promise<void> => {
  const options = command.optsWithGlobals<Global>();
  const client = clientOf(options);
  const { position } = await client.ask<Written>(`${at(id)}/${verb}`, { method: 'POST', json });
  const matters = await withGists(client, [await matterBy(client, shown, position)]);
  print(options.json === true, matters[0], () => mattersInWords(matters));
};

/** A matter and its conversations, each with its gist. */
export const matterInWords = (matter: Told<Matter>, conversations: readonly Told<Conversation>[]): string => {
  const rows = [
    ['matter', matter.id],
    ['about', gistInWords(matter.gist)],
    ['state', matter.state],
    ['with', whereIs(matter)],
    ['because of', matter.rule ?? ''],
    ['asked', askedFor(matter)],
    ['customer', matter.customer],
    ['since', when(matter.since)],
    ['there since', when(matter.at)],
    ...conversations.map(({ id, channel, lastAt, gist }, nth) => [
      nth === 0 ? 'conversations' : '',
      [id, channel, lastAt && `last ${when(lastAt)}`, gist.words].filter(Boolean).join(' · '),
    ]),
  ];
  return columns(['', ''], rows).trimStart();
};
