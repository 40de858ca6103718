import {
  calendarName,
  channel,
  type Instant,
  isDue,
  kind,
  promiseTarget,
  teamName,
  uuid,
} from '@throughline/contracts';
import type { Client } from '@throughline/postgres';
import type { Vault } from '@throughline/privacy';
import { z } from 'zod';
import { nil, person } from '../edge.ts';
import { peopleOf } from '../person/person.query.ts';

/** A promise as callers see it. */
export const listedPromise = z.strictObject({
  id: uuid,
  matter: uuid,
  customer: uuid.describe('The id of the handle that its matter belongs to.'),
  target: promiseTarget,
  state: z.enum(['open', 'paused', 'met', 'ended']).describe('Paused: it waits for the customer.'),
  breached: z.boolean().describe('Whether it was not answered by then: by the moment that was asked about.'),
  interaction: uuid.describe('What is to be answered.'),
  conversation: uuid,
  channel,
  kind: kind.optional(),
  countedFrom: z.string().describe('When the customer wrote.'),
  dueAt: z.string().optional(),
  paused: z.strictObject({ at: z.string(), left: z.string() }).optional().describe('How much working time is left.'),
  within: z.string(),
  calendar: calendarName,
  calendarVersion: z.int(),
  tzdata: z.string(),
  policyVersion: z.int(),
  met: z.strictObject({ at: z.string(), by: uuid }).optional().describe('When it was answered, by which interaction.'),
  ended: z.strictObject({ at: z.string(), because: z.string() }).optional(),
  agent: person.optional().describe('Who has the matter, or is asked to take it.'),
  team: teamName.optional(),
  position: z.int(),
});
export type ListedPromise = z.infer<typeof listedPromise>;

type Row = {
  readonly promise: string;
  readonly matter: string;
  readonly subject: string;
  readonly target: ListedPromise['target'];
  readonly state: ListedPromise['state'];
  readonly interaction: string;
  readonly conversation: string;
  readonly channel: ListedPromise['channel'];
  readonly kind: ListedPromise['kind'] | null;
  readonly since: Instant;
  readonly due: Instant | null;
  readonly paused: Instant | null;
  readonly left: string | null;
  readonly within: string;
  readonly calendar: string;
  readonly calendar_version: number;
  readonly tzdata: string;
  readonly policy_version: number;
  readonly met: Instant | null;
  readonly met_by: string | null;
  readonly ended: Instant | null;
  readonly because: string | null;
  readonly position: bigint;
  readonly agent: string | null;
  readonly team: string | null;
};

type Settled = Pick<Row, 'state' | 'due' | 'met' | 'ended' | 'paused'>;

/** What a promise comes to at a moment, by what is known of it now. */
export const standingAt = (
  { state, due, met, ended, paused }: Settled,
  asOf: Instant,
): Pick<ListedPromise, 'state' | 'breached'> => {
  const over = met ?? ended;
  const until = over !== null && isDue(over, asOf) ? over : asOf;
  const isOpen = over !== null && !isDue(over, asOf);
  return {
    state: isOpen ? (paused === null ? 'open' : 'paused') : state,
    breached: due !== null && !isDue(until, due),
  };
};

const shown = (row: Row, asOf: Instant, face: (id: string) => z.infer<typeof person>): ListedPromise => {
  const { due, paused, left, met, met_by: by, ended, because, agent } = row;
  const standing = standingAt(row, asOf);
  return {
    id: row.promise,
    matter: row.matter,
    customer: row.subject,
    target: row.target,
    ...standing,
    interaction: row.interaction,
    conversation: row.conversation,
    channel: row.channel,
    kind: row.kind ?? undefined,
    countedFrom: row.since,
    dueAt: due ?? undefined,
    paused: paused === null || left === null ? undefined : { at: paused, left },
    within: row.within,
    calendar: row.calendar,
    calendarVersion: row.calendar_version,
    tzdata: row.tzdata,
    policyVersion: row.policy_version,
    met: met === null || by === null || standing.state !== 'met' ? undefined : { at: met, by },
    ended: ended === null || because === null || standing.state !== 'ended' ? undefined : { at: ended, because },
    agent: agent === null ? undefined : face(agent),
    team: row.team ?? undefined,
    position: Number(row.position),
  };
};

/** A promise's place in lists: from when it counts, then its id. */
export type Place = readonly [since: string, promise: string];

/** Which promises, of whom or of which matter, as of when. */
export type PromiseFilter = {
  readonly subjects?: readonly string[];
  readonly matter?: string;
  readonly state: 'open' | 'all';
  readonly asOf: Instant;
};

/** A promise's place among those that are due: by when, then its id. */
export type PlaceDue = readonly [due: string, promise: string];

/** Answers that are due, of all customers, the first that is due first; `lateAt` only those that were due before. */
export const promisesDue = async (
  db: Client,
  vault: Pick<Vault, 'openSeals'>,
  tenant: string,
  { asOf, lateAt }: { asOf: Instant; lateAt?: Instant },
  { after, limit }: { after?: PlaceDue; limit: number },
): Promise<ListedPromise[]> => {
  const { rows } = await db.query<Row>({
    name: 'routing.promises_due',
    text: `select p.*, m.agent, m.team from routing.promise p
      left join routing.matter m on m.tenant = $1 and m.matter = p.matter
      where p.tenant = $1 and p.state = 'open' and p.due < coalesce($2::timestamptz, 'infinity')
        and (p.due, p.promise) > ($3::timestamptz, $4::uuid)
      order by p.due, p.promise limit $5`,
    values: [tenant, lateAt ?? null, after?.[0] ?? '-infinity', after?.[1] ?? nil, limit],
  });
  const face = await peopleOf(db, vault, tenant, rows.map(({ agent }) => agent)); // prettier-ignore
  return rows.map((row) => shown(row, asOf, face));
};

/** Promises, those that count from latest first. */
export const promisesAfter = async (
  db: Client,
  vault: Pick<Vault, 'openSeals'>,
  tenant: string,
  { subjects, matter, state, asOf }: PromiseFilter,
  { after, limit }: { after?: Place; limit: number },
): Promise<ListedPromise[]> => {
  const whose = matter === undefined ? 'p.subject = any($2::uuid[])' : 'p.matter = $2';
  const { rows } = await db.query<Row>({
    name: `routing.promises_after.${matter === undefined ? 'customer' : 'matter'}.${state}`,
    text: `select p.*, m.agent, m.team from routing.promise p
      left join routing.matter m on m.tenant = $1 and m.matter = p.matter
      where p.tenant = $1 and ${whose} and p.since <= $3::timestamptz
        and ($4::timestamptz is null or (p.since, p.promise) < ($4, $5::uuid))
        ${state === 'open' ? 'and (p.met is null or p.met > $3) and (p.ended is null or p.ended > $3)' : ''}
      order by p.since desc, p.promise desc limit $6`,
    values: [tenant, matter ?? subjects, asOf, after?.[0] ?? null, after?.[1] ?? null, limit],
  });
  const face = await peopleOf(db, vault, tenant, rows.map(({ agent }) => agent)); // prettier-ignore
  return rows.map((row) => shown(row, asOf, face));
};
