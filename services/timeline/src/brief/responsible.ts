import { ownerOrder } from '@throughline/contracts';
import type { Entry } from '../entry/entry.ts';
import type { OpenMatter } from '../matter/matter.query.ts';
import type { OpenPromise } from '../promise/promise.query.ts';
import { none } from './answer.ts';
import type { Known } from './brief.ts';
import type { Brief } from './shape.ts';

type Responsible = Brief['responsible'];

type Placed = Omit<OpenMatter, 'event' | 'position' | 'skilled'> & { readonly due?: string };

const placeOf = ({ matter, since, owner, queue }: OpenMatter, promise?: OpenPromise): Placed => ({
  matter,
  since,
  ...(owner && { owner }),
  ...(queue && { queue }),
  ...(promise?.due !== undefined && { due: promise.due }),
});

const byMatter = ({ matters, promises }: Known): Responsible | undefined => {
  // Those due first come first.
  const promiseOf = (matter: OpenMatter) => promises.find((promise) => promise.matter === matter.matter);
  const [first, ...others] = matters.map((matter) => placeOf(matter, promiseOf(matter)));
  if (!first) return undefined;
  const more = others.length > 0 ? { others } : {};
  return {
    answer: { ...first, of: 'matter', ...more },
    events: matters.flatMap((matter) => [matter.event, ...[promiseOf(matter)?.event ?? []].flat()]),
  };
};

const byHand = (of: 'customer' | 'account', entry?: Entry): Responsible | undefined =>
  entry?.owner ? { answer: { owner: entry.owner, since: entry.occurredAt, of }, events: [entry.id] } : undefined;

// A CRM that knows of no owner takes none back that another one told of.
const byCrm = (told: Known['told']): Responsible | undefined => {
  for (const { id, data } of told)
    if (data.owner) return { answer: { owner: data.owner, since: data.at, of: 'crm' }, events: [id] };
  return undefined;
};

const ownerOf = ({ told, owners: { customer, account } }: Known): Responsible | undefined => {
  const said = { customer: byHand('customer', customer), crm: byCrm(told), account: byHand('account', account) };
  return ownerOrder.map((of) => said[of]).find((one) => one !== undefined);
};

/** The owner whom a person named after the matter was placed: it goes to them, unless it asks for a skill. */
const byNewOwner = (known: Known): Responsible | undefined => {
  const { owners, matters } = known;
  const [owner, placed, first] = [ownerOf(known), byMatter(known), matters[0]];
  if (!owner?.answer || !placed?.answer || !first || first.skilled || owner.answer.of === 'crm') return undefined;
  const { of, since, owner: named } = owner.answer;
  const assigned = of === 'customer' ? owners.customer : owners.account;
  if (!assigned || BigInt(assigned.position) < first.position || first.owner?.id === named?.id) return undefined;
  return { answer: { ...placed.answer, owner: named, since, of }, events: [...owner.events, ...placed.events] };
};

const decidedWithinMs = 60_000;

/** What the customer said last, where it came in so lately that routing may not have said yet who has it. */
const undecided = ({ talks: [talk], now }: Known): Entry | undefined =>
  talk?.direction === 'inbound' &&
  !talk.backfill &&
  !talk.automatic &&
  now.getTime() - Date.parse(talk.recordedAt) < decidedWithinMs
    ? talk
    : undefined;

/**
 * Who is responsible right now: who has the open matter, or the queue that it waits in; else the owner, in the order in
 * which routing asks for it: of the customer by hand, as the CRM says, of the account. Open work follows an owner whom a
 * person names; until it has, the owner is told with the queue that it still waits in.
 */
export const responsibleOf = (known: Known): Responsible => {
  const { customer, account } = known.owners;
  const found = byNewOwner(known) ?? byMatter(known) ?? ownerOf(known);
  if (found) return found;
  const fresh = undecided(known);
  if (fresh)
    return none('What the customer said came in just now; who has it is being decided. Ask again.', [fresh.id]);
  const released = [customer, account].filter((entry) => entry !== undefined);
  return released.length > 0
    ? none(
        'No matter is open; whoever was responsible was released, and nobody has been named since.',
        released.map(({ id }) => id),
      )
    : none('No matter is open, and nobody was made responsible for this customer or its account yet.');
};
