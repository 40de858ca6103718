import { brief as cut, counted, nameOf, type Party, safe, when } from '../output.ts';

type Answer<Shape> = { answer: Shape | null; reason?: string; events: readonly string[] };

type Money = { amount?: number; currency?: string };
type Known = {
  asOf: string;
  stale: boolean;
  tier?: string;
  owner?: Party;
  value?: Money;
  renewal?: string;
  deals?: readonly (Money & { name: string; stage?: string })[];
  purchases?: readonly { product: string; at?: string }[];
  loyalty?: { level?: string; points?: number };
};

/** What `GET /v1/brief` answers, as far as it is told here. */
export type Brief = {
  position: number;
  customer: { id: string; name?: string; handles: readonly Party[] };
  now: readonly { channel: string; since: string; lastWords?: string }[];
  lastTalkedAbout: Answer<{
    at: string;
    channel: string;
    direction: string;
    with: readonly string[];
    subject?: string;
    words?: string;
  }>;
  responsible: Answer<{
    owner?: Party;
    queue?: { team: string; until: string; fallback?: Party; offeredTo?: Party };
    since: string;
    due?: string;
    of: 'matter' | 'customer' | 'crm' | 'account';
    others?: readonly unknown[];
  }>;
  nextStep: Answer<{
    what?: string;
    due?: string;
    owner?: Party;
    team?: string;
    promise?: string;
    task?: string;
    snoozedUntil?: string;
    overdue?: boolean;
  }>;
  happened: Answer<{ since: string; interactions: number; conversations: number; byChannel: Record<string, number> }>;
  crm: Answer<Known>;
};

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
    line('responsible', responsible, responsibleInWords),
    line('next step', nextStep, ({ what, due, owner, team, snoozedUntil, overdue }) =>
      [
        what ?? 'something',
        owner ? nameOf(owner) : team && `the queue of ${team}`,
        due && `${overdue ? 'was due' : 'due'} ${when(due)}`,
        snoozedUntil && `rests until ${when(snoozedUntil)}`,
      ]
        .filter(Boolean)
        .join(' · '),
    ),
    line('happened', happened, ({ since, interactions, conversations, byChannel }) => {
      const channels = Object.entries(byChannel).map(([channel, count]) => `${count} ${channel}`);
      return `${counted(interactions, 'interaction')} in ${counted(conversations, 'conversation')} since ${when(since)} (${channels.join(', ')})`;
    }),
    line('crm', crm, knownInWords),
  ].join('\n');

const ofInWords = {
  matter: 'has the open matter',
  customer: 'owns the customer',
  crm: 'owns the customer, as the CRM says',
  account: 'owns the account',
};

const responsibleInWords = ({
  owner,
  queue,
  since,
  of,
  due,
  others = [],
}: NonNullable<Brief['responsible']['answer']>): string => {
  const more = `${due ? `, answer due ${when(due)}` : ''}${others.length > 0 ? `, and ${others.length} more open` : ''}`;
  if (!queue) return `${nameOf(owner ?? {})}, ${ofInWords[of]}, since ${when(since)}${more}`;
  const { team, until, fallback, offeredTo } = queue;
  const asked = offeredTo ? `, offered to ${nameOf(offeredTo)}` : '';
  return `the queue of ${team}, until ${when(until)}${fallback ? `, then ${nameOf(fallback)}` : ''}${asked}${more}`;
};

const moneyOf = ({ amount, currency }: Money): string =>
  [amount?.toLocaleString(), currency].filter((part) => part !== undefined).join(' ');

const knownInWords = ({ asOf, stale, tier, owner, value, renewal, deals, purchases, loyalty }: Known): string =>
  [
    tier,
    owner && `owner ${nameOf(owner)}`,
    value && `worth ${moneyOf(value)}`,
    renewal && `renewal ${renewal}`,
    deals?.map((deal) => [deal.name, deal.stage, moneyOf(deal)].filter(Boolean).join(' ')).join(', '),
    purchases && `bought ${purchases.map(({ product, at }) => `${product}${at ? ` (${at})` : ''}`).join(', ')}`,
    loyalty && `loyalty ${[loyalty.level, loyalty.points].filter((part) => part !== undefined).join(' ')}`,
    `as of ${when(asOf)}${stale ? ', stale' : ''}`,
  ]
    .filter(Boolean)
    .join(' · ');

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
