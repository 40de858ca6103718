import type { Position } from '@throughline/ledger';
import type { NewsLog } from '../news.ts';
import type { ReadRecord } from './driver.ts';
import { type ForkAt, type ForeignTopic, provenance } from './foreign.ts';
import { decode, type Message, type Sent } from './message.ts';
import { type Offer, openWindow, type Window } from './window.ts';

/** What an intake works with. */
export type IntakeDeps = {
  readonly forkAt: ForkAt;
  /** Where the checkpoints of those stand who are served from the window. */
  readonly positions: () => readonly Position[];
  readonly windowBytes: number;
  readonly log: NewsLog | undefined;
};

/** Records that come, and the window that they come into. */
export type Intake = {
  /** Forgets everything, for an assignment of so many partitions, or none. */
  begin(partitions: number): void;
  /** Takes records of one partition; waits where there is no room for more. */
  read(partition: number, records: readonly ReadRecord[]): Promise<void>;
  /** What the window has after a position. Throws {@link ForeignTopic}. */
  readonly after: (position: Position, limit: number) => Offer;
  /** A checkpoint moved: what is behind all of them is let go of. */
  readonly moved: () => void;
  /** Lets go of all that came: the ledger may not be what it was. */
  readonly forget: () => void;
  /** Per partition the offset before which nothing is needed any more. */
  readonly done: () => ReadonlyMap<number, bigint>;
  /** What speaks against the topic. */
  objection(): ForeignTopic | undefined;
};

export const openIntake = ({ forkAt, positions, windowBytes, log }: IntakeDeps): Intake => {
  let window = openWindow(0, windowBytes);
  let check = provenance(forkAt);
  let foreign: ForeignTopic | undefined;
  let freed = Promise.withResolvers<void>();

  const makeRoom = () => {
    freed.resolve();
    freed = Promise.withResolvers<void>();
  };

  /** Who is ahead of the others goes on; what a slower one has not had by then it reads from the ledger. */
  const roomFor = async (partition: number, mine: Window): Promise<void> => {
    while (mine === window && !mine.hasRoom(partition)) {
      mine.trim(greatest(positions()));
      if (!mine.hasRoom(partition)) await freed.promise;
    }
  };

  const offer = (mine: Window, partition: number, offset: bigint, message: Message): void => {
    switch (message.is) {
      case 'event': {
        const { event, sent } = message;
        return mine.offer(partition, offset, { ...placeIn(sent), position: event.position, event });
      }
      case 'stub':
        return mine.offer(partition, offset, { ...placeIn(message.sent), position: message.position });
      case 'foreign':
        log?.warn({ partition, offset: String(offset), reason: message.reason }, 'a record of the topic is no event');
        return mine.skip(partition, offset);
    }
  };

  /** What was compared with the ledger before all was forgotten is compared again. */
  const checked = async (messages: readonly Message[]): Promise<ForeignTopic | undefined> => {
    const mine = check;
    const objection = await mine(messages);
    return mine === check ? objection : checked(messages);
  };

  return {
    begin: (partitions) => {
      window = openWindow(partitions, windowBytes);
      check = provenance(forkAt);
      foreign = undefined;
      makeRoom();
    },
    read: async (partition, records) => {
      const mine = window;
      await roomFor(partition, mine);
      const messages = records.map(decode);
      const objection = await checked(messages);
      // Another assignment has begun meanwhile, which has a window of its own.
      if (mine !== window) return;
      foreign ??= objection;
      messages.forEach((message, at) => offer(mine, partition, records[at]!.offset, message));
    },
    after: (position, limit) => {
      if (foreign) throw foreign;
      return window.after(position, limit);
    },
    moved: () => {
      window.trim(least(positions()));
      makeRoom();
    },
    forget: () => {
      window.forget();
      check = provenance(forkAt);
      makeRoom();
    },
    done: () => window.done(),
    objection: () => foreign,
  };
};

const placeIn = ({ ledgerPrev, fork }: Sent) => ({ ledgerPrev, fork });

const least = (positions: readonly Position[]): Position =>
  positions.reduce((a, b) => (a < b ? a : b), positions[0] ?? 0n);
const greatest = (positions: readonly Position[]): Position => positions.reduce((a, b) => (a > b ? a : b), 0n);
