import type { Event, Party } from '@throughline/contracts';
import type { Decision, Stream } from '@throughline/decider';

/** Who is responsible: the id of a handle, or nobody. */
export type Owner = { readonly is: 'nobody' } | { readonly is: 'owned'; readonly by: string };

export type OwnerEvent = Event<'OwnerAssigned'>;

/** The assignments of one customer (of all its handles, in order), or of one account. */
export const ownership: Stream<Owner, OwnerEvent> = {
  initial: { is: 'nobody' },
  evolve: (_, { data: { owner } }) => (owner ? { is: 'owned', by: owner.id } : { is: 'nobody' }),
};

type Of = OwnerEvent['data']['of'];

/** Makes somebody responsible; that it is them already is no news. */
export const assign =
  (of: Of, subject: string, owner: Party): Decision<Owner, OwnerEvent> =>
  (state) =>
    state.is === 'owned' && state.by === owner.id ? [] : [{ type: 'OwnerAssigned', data: { of, subject, owner } }];

/** Makes nobody responsible. */
export const release =
  (of: Of, subject: string): Decision<Owner, OwnerEvent> =>
  (state) =>
    state.is === 'nobody' ? [] : [{ type: 'OwnerAssigned', data: { of, subject } }];
