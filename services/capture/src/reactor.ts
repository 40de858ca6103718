import { type Change, type Heard, projector, type Shape } from '@throughline/read-model';
import type { Client } from '@throughline/postgres';

const heard = ['InteractionCaptured', 'ConversationsJoined', 'SessionEnded', 'SessionPolicySet', 'RetentionPolicySet', 'SubjectErased', 'ErasureCompleted'] as const; // prettier-ignore

/** What the parts hear. */
export type HeardByParts = Heard<(typeof heard)[number]>;

/** The interactions among what was heard. */
export const captured = (events: readonly HeardByParts[]): Heard<'InteractionCaptured'>[] =>
  events.filter((event) => event.type === 'InteractionCaptured');

/** One of the things that capture does about what was captured. */
export type Part = {
  readonly tables: readonly Shape[];
  /**
   * Appends what follows from these events, and answers how its rows change. What it reads of its rows is as of the
   * events before these; repeated for the same events, it must append the same.
   */
  readonly react: (events: readonly HeardByParts[], db: Client) => Promise<readonly Change[]>;
};

/** Under this name its checkpoint and its parked events are kept. */
export const place = { name: 'capture', version: 1 } as const;

/** All parts as one consumer: the ledger is read and parsed once for them. */
export const captureReactor = (parts: readonly Part[]) =>
  projector({
    ...place,
    tables: parts.flatMap(({ tables }) => tables),
    events: heard,
    // Whoever does not know a newer event knows that none of the parts hears it.
    unknown: 'pass',
    prepare: async (events, db: Client): Promise<readonly Change[]> => {
      const changes: Change[] = [];
      for (const { react } of parts) changes.push(...(await react(events, db)));
      return changes;
    },
    project: (_, changes: readonly Change[]) => changes,
  });
