import type { DataOf, Event, Instant } from '@throughline/contracts';
import type { Stream } from '@throughline/decider';

export type MatterEvent = Event<
  | 'MatterOpened'
  | 'MatterJoined'
  | 'MatterSplit'
  | 'MatterQueued'
  | 'MatterOffered'
  | 'MatterOfferEnded'
  | 'MatterAssigned'
  | 'MatterHandedOn'
  | 'MatterClosed'
  | 'MatterReopened'
>;

export type Asked = DataOf<'MatterOpened'>['asked'];
type Handed = { readonly agent: string; readonly at: Instant };

/** What is known of a matter wherever it is. */
export type Known = {
  readonly matter: string;
  readonly subject: string;
  readonly account?: string;
  readonly asked: Asked;
  readonly conversations: readonly string[];
  readonly since: Instant;
  /** The highest position of what it heard: nothing up to there asks again. */
  readonly heard: number;
  /** Who had it, the oldest first. */
  readonly holders: readonly Handed[];
  /** How often it was in a queue. */
  readonly entry: number;
};

/** A place in a team's queue, to which a matter returns when an offer comes to nothing. */
export type Place = Pick<DataOf<'MatterQueued'>, 'team' | 'until' | 'fallback' | 'skill' | 'decision'>;
type Queue = Place & { readonly since: Instant; readonly declined: readonly string[] };

export type Matter =
  | { readonly is: 'unheard' }
  /** Between two events of one command, never after it: the next one says who has it. */
  | (Known & { readonly is: 'unrouted' })
  | (Known & { readonly is: 'queued'; readonly queue: Queue })
  | (Known & { readonly is: 'offered'; readonly queue: Queue; readonly agent: string; readonly until: Instant })
  | (Known & { readonly is: 'owned'; readonly agent: string; readonly turn?: Turn; readonly skill?: string })
  | (Known & { readonly is: 'closed'; readonly outcome?: string });

/** A turn of a team's agent: for which of the matter's times in a queue. */
export type Turn = { readonly team: string; readonly entry: number };

const opened = (data: DataOf<'MatterOpened'>): Matter => {
  const { matter, subject, account, asked, conversation, at, heard } = data;
  const known = { matter, subject, account, asked, conversations: [conversation], since: at, heard };
  return { is: 'unrouted', ...known, holders: [], entry: 0 };
};

/** A matter that there is. */
export type Heard = Exclude<Matter, { is: 'unheard' }>;

const knownOf = (state: Heard): Known => {
  const { matter, subject, account, asked, conversations, since, heard, holders, entry } = state;
  return { matter, subject, account, asked, conversations, since, heard, holders, entry };
};

/** One thing that a customer wants solved: in a queue, offered, owned or closed. */
export const matters: Stream<Matter, MatterEvent> = {
  initial: { is: 'unheard' },
  evolve: (state, { type, data }) => {
    if (state.is === 'unheard') return type === 'MatterOpened' ? opened(data) : state;
    const heard = Math.max(state.heard, data.heard);
    const known = { ...knownOf(state), heard };
    switch (type) {
      case 'MatterOpened':
        return state;
      case 'MatterJoined':
        return {
          ...state,
          heard,
          asked: data.asked,
          conversations: [...state.conversations.filter((one) => one !== data.conversation), data.conversation],
        };
      case 'MatterSplit':
        return { ...state, heard, conversations: state.conversations.filter((one) => one !== data.conversation) };
      case 'MatterQueued': {
        const { matter: _, heard: __, at: since, entry, ...place } = data;
        return { ...known, is: 'queued', entry, queue: { ...place, since } };
      }
      case 'MatterOffered':
        return state.is === 'queued'
          ? { ...known, is: 'offered', queue: state.queue, agent: data.agent, until: data.until }
          : state;
      case 'MatterOfferEnded':
        return state.is === 'offered' ? { ...known, is: 'queued', queue: state.queue } : state;
      case 'MatterAssigned': {
        const { agent, at, team, entry } = data;
        const holders = [...known.holders, { agent, at }];
        const turn = team !== undefined && entry !== undefined ? { turn: { team, entry } } : {};
        const skill = state.is === 'queued' || state.is === 'offered' ? { skill: state.queue.skill } : {};
        return { ...known, is: 'owned', holders, agent, ...turn, ...skill };
      }
      case 'MatterHandedOn':
      case 'MatterReopened':
        return { ...known, is: 'unrouted' };
      case 'MatterClosed':
        return { ...known, is: 'closed', outcome: data.outcome };
    }
  },
};
