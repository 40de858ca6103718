import {
  type DataOf,
  type Draft,
  factId,
  type Interaction,
  momentFault,
  type Participant as Declared,
  streamOf,
} from '@throughline/contracts';
import { type Fault, Rejection } from '@throughline/decider';
import { accountOf, type Handle, mayLink, normaliseHandle, sameAs } from '@throughline/identity';
import { remembered } from '../remembered.ts';

/** Keyed ids of one tenant: what stands outside seals instead of what it names. */
export type Ids = {
  readonly handle: (handle: string) => string;
  readonly account: (key: string) => string;
  readonly conversation: (source: string, key: string) => string;
};

/** What an interaction becomes part of. */
export type Context = {
  readonly tenant: string;
  readonly actor: string;
  readonly now: Date;
  readonly ids: Ids;
  /** Whether a handle is ours. */
  readonly isOwn: (handle: Handle) => boolean;
};

/** An event, the stream that it goes to, and why it is not taken where it is not known yet. */
export type Captured = {
  readonly draft: Draft<'InteractionCaptured'>;
  readonly stream: string;
  readonly refusal?: Rejection;
};

type Data = DataOf<'InteractionCaptured'>;
type Participant = Data['participants'][number];
type Named = Declared & { readonly read: Handle; readonly others: readonly { handle: Handle; verified: boolean }[] };

/** The event that a declared interaction is. Throws the Rejection `HandleInvalid`, with every handle that is none. */
export const draftOf = (declared: Interaction, context: Context): Captured => {
  const { source, key, occurredAt, conversation: thread, mentions, participants, direction, ...rest } = declared;
  const { tenant, actor, ids } = context;
  const named = readHandles(participants);
  const conversation = ids.conversation(source, thread ?? key);
  const data: Data = {
    source,
    ...rest,
    direction,
    conversation,
    ...(mentions && { mentions: [...new Set(mentions.map((id) => ids.conversation(scopeOf(declared), id)))] }),
    author: authorOf(participants, direction),
    participants: named.map((participant) => participantOf(participant, context)),
    declared: { key, ...(thread !== undefined && { conversation: thread }), ...(mentions && { mentions }) },
  };
  const draft = {
    type: 'InteractionCaptured',
    id: factId(tenant, source, key),
    occurredAt,
    data,
    meta: { actor },
  } as const;
  return { draft, stream: streamOf.conversation(conversation), refusal: refusalOf(declared, context.now) };
};

// The clock that it was taken by may have been ahead of this one.
const refusalOf = (declared: Interaction, now: Date): Rejection | undefined => {
  const fault = momentFault(declared, now);
  return fault && new Rejection('InvalidBody', `${fault.pointer} ${fault.reason}.`, [fault]);
};

// The same people write again and again.
const handleOf = remembered(20_000, (text) => normaliseHandle(text));
const accountKeyOf = remembered(20_000, (handle) => accountOf(handleOf(handle)) ?? '');

// A message id is the same whoever tells of it; any other mention means something to its source only.
const scopeOf = ({ channel, source }: Interaction): string => (channel === 'email' ? 'email' : source);

/** Who wrote it: of an inbound interaction the first customer, of an outbound one the first of ours, else the first in it. */
const authorOf = (participants: readonly Declared[], direction: Interaction['direction']): number => {
  switch (direction) {
    case 'inbound':
      return first(participants, ['customer']);
    case 'outbound':
      return first(participants, ['agent', 'bot']);
    case 'internal':
      return 0;
  }
};

const first = (participants: readonly Declared[], roles: readonly string[]): number =>
  Math.max(0, participants.findIndex(({ role }) => roles.includes(role))); // prettier-ignore

const readHandles = (participants: readonly Declared[]): Named[] => {
  const faults: Fault[] = [];
  const read = (text: string, pointer: string): Handle => {
    try {
      return handleOf(text);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      faults.push(...error.faults.map(({ reason }) => ({ pointer, reason })));
      return { namespace: '', value: '', handle: '' };
    }
  };
  const named = participants.map((participant, at) => ({
    ...participant,
    read: read(participant.handle, `/participants/${at}/handle`),
    others: (participant.also ?? []).map(({ handle, verified }, nth) => ({
      handle: read(handle, `/participants/${at}/also/${nth}/handle`),
      verified,
    })),
  }));
  if (faults.length > 0) throw invalid(faults);
  return named;
};

const invalid = (faults: readonly Fault[]): Rejection => {
  const [{ pointer, reason } = { pointer: '', reason: '' }] = faults;
  return new Rejection(
    'HandleInvalid',
    `${pointer} ${reason}${faults.length > 1 ? `, and ${faults.length - 1} more` : ''}.`,
    faults,
  );
};

const participantOf = (named: Named, { ids, isOwn }: Context): Participant => {
  const { role, read, name, others } = named;
  const same = sameAs(read);
  const also = [...(same ? [{ handle: same, verified: true }] : []), ...others].filter(
    ({ handle }, at, all) =>
      handle.handle !== read.handle && all.findIndex((other) => other.handle.handle === handle.handle) === at,
  );
  const account = organisationOf(named);
  return {
    id: ids.handle(read.handle),
    handle: read.handle,
    ...(name !== undefined && { name }),
    role,
    ...(account && { account: { id: ids.account(account.key), ...account } }),
    ...(also.length > 0 && {
      also: also.map(({ handle, verified }) => ({
        id: ids.handle(handle.handle),
        handle: handle.handle,
        // A mailbox of a function or of ours is nobody's evidence.
        verified: verified && mayLink(read, handle, isOwn),
      })),
    }),
  };
};

// As declared, else by the mail domain of a customer, also of the address that a customer without one is known by.
const organisationOf = ({ account, role, read, others }: Named): { key: string; name?: string } | undefined => {
  if (account || role !== 'customer') return account;
  const known = [read, ...others.filter(({ verified }) => verified).map(({ handle }) => handle)];
  const key = known.map(({ handle }) => accountKeyOf(handle)).find((found) => found !== '');
  return key === undefined ? undefined : { key };
};
