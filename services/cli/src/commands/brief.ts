import { brief as cut, safe, when } from '../output.ts';

type Party = { handle?: string; name?: string };
type Answer<Shape> = { answer: Shape | null; reason?: string; events: readonly string[] };

/** What `GET /v1/brief` answers, as far as it is told here. */
export type Brief = {
  customer: { name?: string; handles: readonly Party[] };
  now: readonly { channel: string; since: string; lastWords?: string }[];
  lastTalkedAbout: Answer<{
    at: string;
    channel: string;
    direction: string;
    with: readonly string[];
    subject?: string;
    words?: string;
  }>;
  responsible: Answer<{ owner: Party; since: string; of: string }>;
  nextStep: Answer<{ what?: string; due?: string; owner?: Party; overdue?: boolean }>;
  happened: Answer<{ since: string; interactions: number; conversations: number; byChannel: Record<string, number> }>;
  crm: Answer<unknown>;
};

const nameOf = ({ handle, name }: Party): string => name ?? handle ?? '(erased)';

/** The four answers for a person at a terminal, each with the events that it stands on. */
export const briefInWords = ({ customer, now, lastTalkedAbout, responsible, nextStep, happened, crm }: Brief): string =>
  [
    safe(nameOf({ name: customer.name, handle: customer.handles[0]?.handle })),
    ...now.map(
      ({ channel, since, lastWords }) =>
        `  now         ${channel} since ${when(since)}${lastWords ? `: ${cut(lastWords)}` : ''}`,
    ),
    line('last talked', lastTalkedAbout, ({ at, channel, direction, subject, words }) =>
      [[subject, words].filter(Boolean).join(': '), `(${channel}, ${direction}, ${when(at)})`].join(' '),
    ),
    line('responsible', responsible, ({ owner, since, of }) => `${nameOf(owner)}, of the ${of}, since ${when(since)}`),
    line('next step', nextStep, ({ what, due, owner, overdue }) =>
      [what ?? 'something', owner && nameOf(owner), due && `${overdue ? 'was due' : 'due'} ${when(due)}`]
        .filter(Boolean)
        .join(' · '),
    ),
    line('happened', happened, ({ since, interactions, conversations, byChannel }) => {
      const channels = Object.entries(byChannel).map(([channel, count]) => `${count} ${channel}`);
      return `${interactions} interactions in ${conversations} conversations since ${when(since)} (${channels.join(', ')})`;
    }),
    line('crm', crm, (answer) => JSON.stringify(answer)),
  ].join('\n');

const line = <Shape>(
  title: string,
  { answer, reason, events }: Answer<Shape>,
  words: (answer: Shape) => string,
): string => {
  const said = answer === null ? `not known: ${reason ?? ''}` : words(answer);
  const cited =
    events.length > 0
      ? `\n              ↳ ${events.slice(0, 3).join(', ')}${events.length > 3 ? ` and ${events.length - 3} more` : ''}`
      : '';
  return `  ${title.padEnd(12)}${cut(said, 220)}${cited}`;
};
