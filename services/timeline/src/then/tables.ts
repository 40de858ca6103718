import { identityAt } from '@throughline/identity';
import {
  type Changed,
  type Relation,
  type Relations,
  rowsWhere,
  rowsWhereWith,
  type Shape,
} from '@throughline/read-model';
import type { Moment } from '@throughline/service';
import { accounts, accountsOfHandles } from '../account/account.projector.ts';
import { arrangementsOfHandles } from '../arrangement/arrangement.projector.ts';
import { conversationsOfHandles, endedSessions, joinedConversations, sessionPolicies } from '../conversation/conversation.projector.ts'; // prettier-ignore
import { crmContexts } from '../crm/crm.projector.ts';
import { contacts } from '../customer/customer.projector.ts';
import { deliveries } from '../delivery/delivery.projector.ts';
import { amendments, entries, entriesOfAccounts, entriesOfHandles } from '../entry/entry.projector.ts';
import { erasedHandles } from '../erasure/erasure.projector.ts';
import { notes } from '../note/note.projector.ts';
import { owners } from '../owner/owner.projector.ts';
import { faces } from '../party/party.projector.ts';
import { tallies } from '../volume/volume.projector.ts';
import { nouns } from './changed.ts';

// As it is counted when it is captured, from the lines that were there.
const countedFrom = (lines: string): Relation => ({
  text: `select tenant, handle, channel, direction, count(*) as interactions from ${entriesOfHandles.name}
    where type = 'interaction' and ${lines} group by tenant, handle, channel, direction`,
});

const isArrangement = `exists (
  select from ${arrangementsOfHandles.name} a where a.tenant = l.tenant and a.handle = l.handle
    and a.occurred_at = l.occurred_at and a.position = l.position)`;

// What had happened when it was told; of whom nothing had, when anything was.
const contactsFrom = (lines: string): Relation => ({
  text: `select c.tenant, c.handle, 1 as happened, line.occurred_at as last_at, line.position from ${contacts.name} c
    cross join lateral (
      select l.occurred_at, l.position from ${entriesOfHandles.name} l
      where l.tenant = c.tenant and l.handle = c.handle and ${lines} and not ${isArrangement}
        and (l.type = 'note' or l.type = 'interaction' and exists (
          select from ${entries.name} e cross join lateral json_array_elements(e.data::json -> 'participants') p
          where e.tenant = l.tenant and e.position = l.position and p ->> 'role' = 'customer' and p ->> 'id' = l.handle::text))
      order by l.occurred_at desc, l.position desc limit 1) line
    union all select l.tenant, l.handle, 0, l.recorded_at, l.position from ${arrangementsOfHandles.name} l where ${lines}`,
});

// That they are there; what happened last with each is asked about now alone.
const accountsKnown = (recorded: string): Relation => ({
  text: `select a.tenant, a.account from ${accounts.name} a where exists (
    select from ${entriesOfAccounts.name} l
    where l.tenant = a.tenant and l.account = a.account and l.type = 'interaction' and l.${recorded})`,
});

/**
 * What the tables were at a moment. Most of them only grow: there it is the rows up to a position. What is known of the
 * world (who is who, names, kinds) counts as it was known; what happened in it, until the moment that is asked about.
 * Matters, promises and tasks can be asked for where it is known how those changed since.
 */
export const relationsAt = ({ position, until }: Moment, changed?: Changed): Relations => {
  const recorded = `position <= ${position}`;
  const by = (column: string): string => (until === undefined ? '' : ` and ${column} <= '${until}'::timestamptz`);
  const lines = `${recorded}${by('occurred_at')}`;
  const said = ({ name }: Shape): string =>
    until === undefined
      ? recorded
      : `${recorded} and exists (select from ${entries.name} e where e.tenant = ${name}.tenant and e.position = ${name}.position${by('e.occurred_at')})`;
  const tookPart = `${recorded} and exists (select from ${entriesOfHandles.name} l
    where l.tenant = ${conversationsOfHandles.name}.tenant and l.handle = ${conversationsOfHandles.name}.handle
      and l.conversation = ${conversationsOfHandles.name}.conversation and l.position <= ${position}${by('l.occurred_at')})`;
  const madeAnew = nouns.map(({ shape, last }): [string, Relation] => [
    shape.name,
    rowsWhereWith(shape, `${last} <= ${position}${by('last_at')}`, changed?.get(shape.name) ?? []),
  ]);
  return {
    ...identityAt(position),
    [entries.name]: rowsWhere(entries, recorded),
    [entriesOfHandles.name]: rowsWhere(entriesOfHandles, lines),
    [entriesOfAccounts.name]: rowsWhere(entriesOfAccounts, lines),
    [amendments.name]: rowsWhere(amendments, recorded),
    [joinedConversations.name]: rowsWhere(joinedConversations, recorded),
    [conversationsOfHandles.name]: rowsWhere(conversationsOfHandles, until === undefined ? recorded : tookPart),
    [endedSessions.name]: rowsWhere(endedSessions, `${recorded}${by('ended_at')}`),
    [sessionPolicies.name]: rowsWhere(sessionPolicies, recorded),
    [notes.name]: rowsWhere(notes, said(notes)),
    [owners.name]: rowsWhere(owners, said(owners)),
    [crmContexts.name]: rowsWhere(crmContexts, said(crmContexts)),
    [faces.name]: rowsWhere(faces, recorded),
    [accounts.name]: accountsKnown(recorded),
    [accountsOfHandles.name]: rowsWhere(accountsOfHandles, recorded),
    [arrangementsOfHandles.name]: rowsWhere(arrangementsOfHandles, lines),
    [deliveries.name]: rowsWhere(deliveries, 'true'),
    // Who is erased is so at every moment.
    [erasedHandles.name]: rowsWhere(erasedHandles, 'true'),
    [tallies.name]: countedFrom(lines),
    [contacts.name]: contactsFrom(`l.${recorded}${by('l.occurred_at')}`),
    ...(changed && Object.fromEntries(madeAnew)),
  };
};
