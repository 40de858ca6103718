import type { Interaction, Participant, Role } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { type Handle, normaliseHandle } from '@throughline/identity';
import { cutTo } from './clean.ts';
import { valuesOf } from './raw.ts';
import { type Mailbox, type ReadMail, Unreadable } from './read.ts';

/** Who a mail is from and to. */
export type People = Pick<Interaction, 'participants' | 'direction'> & {
  /** Recipients of which no handle can be made, as they stand in the mail. */
  readonly unread: readonly string[];
};

type Person = { readonly handle: Handle; readonly name: string };

const most = 1_000;

/**
 * The people of a mail, its sender first. A sender of ours makes it outbound (internal where all others are ours as well):
 * the others are customers. Any other sender makes it inbound: the sender is the customer, mailboxes of ours and those it
 * was delivered to are agents, all others are other. Throws {@link Unreadable}.
 */
export const peopleOf = (mail: ReadMail, isOwn: (handle: Handle) => boolean): People => {
  const sender = senderOf(mail);
  const named = [...mail.to, ...mail.cc, ...mail.bcc];
  const delivered = deliveredTo(mail);
  const others = once([...named.flatMap(personOf), ...delivered.filter(({ handle }) => isOwn(handle))], sender);
  if (others.length >= most) throw new Unreadable('has more than 1 000 participants');
  const ours = isOwn(sender.handle);
  const reached = new Set(delivered.map(({ handle }) => handle.handle));
  const roleOf = ({ handle }: Person): Role => {
    if (isOwn(handle)) return 'agent';
    if (ours) return 'customer';
    return reached.has(handle.handle) ? 'agent' : 'other';
  };
  const roles = others.map(roleOf);
  const internal = roles.length > 0 && roles.every((role) => role === 'agent');
  return {
    direction: !ours ? 'inbound' : internal ? 'internal' : 'outbound',
    participants: [
      participantOf(sender, ours ? 'agent' : 'customer'),
      ...others.map((person, at) => participantOf(person, roles[at]!)),
    ],
    unread: named
      .filter((mailbox) => personOf(mailbox).length === 0)
      .slice(0, 100)
      .map(shown),
  };
};

// `From`, or what comes nearest to it where its address is none; the name stays.
const senderOf = (mail: ReadMail): Person => {
  const { from, sender, replyTo } = mail;
  const returnPath = addressed(mail, ['return-path']);
  const [person] = [...[from, sender].filter((mailbox) => mailbox !== undefined), ...replyTo, ...returnPath].flatMap(
    personOf,
  );
  if (!person) throw new Unreadable('has no sender that can be read');
  return { handle: person.handle, name: from?.name ?? person.name };
};

const personOf = ({ address, name }: Mailbox): Person[] => {
  try {
    return [{ handle: normaliseHandle(`email:${address}`), name }];
  } catch (error) {
    if (error instanceof Rejection) return [];
    throw error;
  }
};

// Whose mailbox it reached, where the mail itself does not say so: blind copies and lists.
const deliveredTo = (mail: ReadMail): Person[] =>
  addressed(mail, ['delivered-to', 'x-original-to', 'envelope-to']).flatMap(personOf);

const addressed = (mail: ReadMail, names: readonly string[]): Mailbox[] =>
  names
    .flatMap((name) => valuesOf(mail, name))
    .slice(0, 20)
    .map((value) => ({ name: '', address: value.replace(/^<|>$/g, '') }));

const once = (people: readonly Person[], except: Person): Person[] => {
  const seen = new Set([except.handle.handle]);
  return people.filter(({ handle: { handle } }) => !seen.has(handle) && seen.add(handle));
};

const participantOf = ({ handle, name }: Person, role: Role): Participant => ({
  role,
  handle: handle.handle,
  ...(name !== '' && name !== handle.value && { name: cutTo(name, 256) }),
});

const shown = ({ address, name }: Mailbox): string => cutTo(address === '' ? name : address, 320);
