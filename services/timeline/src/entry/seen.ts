import { Rejection } from '@throughline/decider';
import { type Fork, forkName } from '@throughline/ledger';

/** What somebody saw last of a stream: the position, and the fork of the ledger that it was in. */
export type Seen = { readonly position: bigint; readonly fork: Fork };

/** The same as the id of a server-sent event: the position, and its fork as soon as the ledger has more than its first. */
export const idOf = ({ position, fork }: Seen): string =>
  fork.epoch === 1 ? String(position) : `${position}/${forkName(fork)}`;

const shape = /^(\d{1,18})(?:\/([1-9]\d{0,8})(?:\/([0-9a-f-]{36}))?)?$/;

/** What a `Last-Event-ID` says. Throws `InvalidHeader` where it is none that was given out. */
export const seenBy = (id: string): Seen => {
  const [, position, epoch = '1', fork = null] = shape.exec(id) ?? [];
  if (position !== undefined) return { position: BigInt(position), fork: { epoch: Number(epoch), id: fork } };
  const reason = 'is not an id of this stream';
  throw new Rejection('InvalidHeader', `Last-Event-ID ${reason}.`, [{ pointer: '/last-event-id', reason }]);
};
