import type { Entry } from '../entry/entry.ts';
import type { OpenMatter } from '../matter/matter.query.ts';
import type { OpenPromise } from '../promise/promise.query.ts';
import { none } from './answer.ts';
import type { Known } from './brief.ts';
import type { Brief } from './shape.ts';

type Responsible = Brief['responsible'];

type Placed = Omit<OpenMatter, 'event'> & { readonly due?: string };

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

const byCrm = ([newest]: Known['told']): Responsible | undefined =>
  newest?.data.owner
    ? { answer: { owner: newest.data.owner, since: newest.data.at, of: 'crm' }, events: [newest.id] }
    : undefined;

/**
 * Who is responsible right now: who has the open matter, or the queue that it waits in; else the owner, in the order in
 * which routing asks for it: of the customer by hand, as the CRM says, of the account.
 */
export const responsibleOf = (known: Known): Responsible => {
  const {
    told,
    owners: { customer, account },
  } = known;
  const found = byMatter(known) ?? byHand('customer', customer) ?? byCrm(told) ?? byHand('account', account);
  if (found) return found;
  const released = [customer, account].filter((entry) => entry !== undefined);
  return released.length > 0
    ? none(
        'No matter is open; whoever was responsible was released, and nobody has been named since.',
        released.map(({ id }) => id),
      )
    : none('No matter is open, and nobody was made responsible for this customer or its account yet.');
};
