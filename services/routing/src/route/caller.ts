import { derivedId, type Event, type Party, streamOf } from '@throughline/contracts';
import type { Decision, Stream } from '@throughline/decider';
import { transact } from '../transact.ts';

type CallerEvent = Event<'HandleRemembered'>;

/** Whether a handle's stream tells of it by name. */
export const callers: Stream<boolean, CallerEvent> = { initial: false, evolve: () => true };

/** Who calls, and said nothing yet, is a customer by a handle all the same. Known by it already is no news. */
export const remember =
  ({ id, handle }: Party): Decision<boolean, CallerEvent> =>
  (isKnown) =>
    isKnown ? [] : [{ type: 'HandleRemembered', data: { party: { id, handle } } }];

/** Tells by which handle a caller is known from now on; once, whoever tells it. */
export const tellCaller = async (
  deps: Parameters<typeof transact>[0],
  { tenant, actor }: { readonly tenant: string; readonly actor: string },
  party: Party,
): Promise<void> => {
  await transact(deps, {
    tenant,
    stream: streamOf.handle(party.id),
    noun: callers,
    hears: ['HandleRemembered'],
    decide: remember(party),
    id: derivedId('caller', tenant, party.id),
    actor,
  });
};
