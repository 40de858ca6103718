import { type DataOf, type Event, type Kind, plainText } from '@throughline/contracts';
import { type Decision, Rejection, type Stream } from '@throughline/decider';
import { z } from 'zod';

export type AmendmentEvent = Event<'InteractionAmended'>;
type Data = DataOf<'InteractionAmended'>;

/** What became of an interaction, as far as it stands outside seals. */
export type Amended = { readonly kind?: Kind; readonly status?: string; readonly withdrawn: boolean };

/** Which interaction, in which conversation, and whose its words are. */
export type About = Pick<Data, 'interaction' | 'conversation' | 'owners'>;

/** The amendments of one interaction, which was captured with a kind or without one. */
export const amendments = (interaction: string, kind: Kind | undefined): Stream<Amended, AmendmentEvent> => ({
  initial: { kind, withdrawn: false },
  evolve: (state, { data }) => {
    if (data.interaction !== interaction) return state;
    switch (data.change) {
      case 'kind':
        return { ...state, kind: data.kind };
      case 'status':
        return { ...state, status: data.status };
      case 'withdrawn':
        return { ...state, withdrawn: true };
      case 'edited':
      case 'transcript':
        return { ...state };
    }
  },
});

/** A person, or a rule, says what kind it is. */
export const reclassify =
  (about: About, kind: Kind): Decision<Amended, AmendmentEvent> =>
  (state) =>
    state.kind === kind ? [] : [{ type: 'InteractionAmended', data: { ...about, change: 'kind', kind } }];

const words = plainText(1_048_576);
const reason = plainText(2_000).optional();

/** A later fact about an interaction, as a caller tells it. */
export const changeBody = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('edited'), text: words, subject: plainText(2_000).optional(), reason }),
  z.strictObject({ change: z.literal('withdrawn'), reason }),
  z.strictObject({
    change: z.literal('status'),
    status: z
      .string()
      .regex(/^[a-z][a-z0-9._-]{0,63}$/i, 'is not a word such as delivered or read')
      .describe('Never personal: it is kept in clear.'),
    reason,
  }),
  z.strictObject({ change: z.literal('transcript'), text: words }),
]);
export type ChangeBody = z.infer<typeof changeBody>;

/** A later fact. Throws Rejection `InteractionWithdrawn` where there is nothing left to edit. */
export const amend =
  (about: About, change: ChangeBody): Decision<Amended, AmendmentEvent> =>
  (state) => {
    if (!isNews(state, change)) return [];
    return [{ type: 'InteractionAmended', data: { ...about, ...change } }];
  };

const isNews = (state: Amended, change: ChangeBody): boolean => {
  switch (change.change) {
    case 'withdrawn':
      return !state.withdrawn;
    case 'status':
      return state.status !== change.status;
    case 'edited':
    case 'transcript':
      if (state.withdrawn)
        throw new Rejection('InteractionWithdrawn', 'It was withdrawn; there is nothing left to change.');
      return true;
  }
};
