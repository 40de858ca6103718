import { interaction, type Interaction } from '@throughline/contracts';
import { check } from '@throughline/host';
import type { Handle } from '@throughline/identity';
import { automaticBecause } from './automatic.ts';
import { cutTo } from './clean.ts';
import { writtenAt } from './date.ts';
import { messageIds } from './message-id.ts';
import { peopleOf } from './people.ts';
import { partWords } from './quote.ts';
import { valuesOf } from './raw.ts';
import { type ReadMail, Unreadable } from './read.ts';

/** The source under which every mail is a fact, whatever way it came. */
export const mailSource = 'email';

/** What making an interaction of a mail needs to know beside the mail. */
export type Surroundings = {
  readonly isOwn: (handle: Handle) => boolean;
  readonly now: Date;
  readonly backfill: boolean;
};

/** The interaction that a mail is. Throws {@link Unreadable}. */
export const interactionOf = (mail: ReadMail, { isOwn, now, backfill }: Surroundings): Interaction => {
  const ids = messageIds(mail);
  const key = ids.own ?? `sha256:${mail.content}`;
  if (ids.all.length > 1_000) throw new Unreadable('names more than 1 000 messages');
  const { participants, direction, unread } = peopleOf(mail, isOwn);
  const date = valuesOf(mail, 'date')[0];
  const written = writtenAt(date, valuesOf(mail, 'received'), now);
  const automatic = automaticBecause(mail);
  const { text, quoted } = partWords(mail.text);
  const details = {
    ...(written.by !== 'date' && { datedBy: written.by, ...(date !== undefined && { date: cutTo(date, 1_000) }) }),
    ...(automatic && { automatic }),
    ...repliesTo(mail),
    ...(unread.length > 0 && { unread }),
  };
  return checked({
    source: mailSource,
    key,
    channel: 'email',
    direction,
    occurredAt: written.at,
    conversation: ids.root ?? key,
    ...(mail.subject !== '' && { subject: cutTo(mail.subject, 2_000) }),
    ...(text !== '' && { text }),
    ...(quoted !== '' && { quoted }),
    participants,
    ...(mail.attachments.length > 0 && { attachments: mail.attachments.slice(0, 1_000).map(asDeclared) }),
    ...(Object.keys(details).length > 0 && { details }),
    ...(automatic && { automatic: true }),
    ...(ids.all.length > 0 && { mentions: [...ids.all] }),
    ...(backfill && { backfill }),
  });
};

// A mail is held to the rules of every other interaction; the field that breaks one says why, never what it held.
const checked = (made: Interaction): Interaction => {
  const result = check(interaction, made);
  if ('value' in result) return result.value;
  const [{ pointer, reason } = { pointer: '', reason: '' }] = result.faults;
  throw new Unreadable(`${pointer} ${reason}`);
};

const asDeclared = ({ name, mediaType, size, sha256 }: ReadMail['attachments'][number]) => ({
  ...(name !== undefined && { name: cutTo(name, 512) }),
  ...(mediaType !== '' && { mediaType: cutTo(mediaType, 255) }),
  size,
  sha256,
});

const repliesTo = ({ replyTo, from }: ReadMail): { replyTo?: string[] } => {
  const others = replyTo.map(({ address }) => address).filter((address) => address !== '' && address !== from?.address);
  return others.length > 0 ? { replyTo: others.slice(0, 10) } : {};
};
