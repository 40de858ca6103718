import { isToCome, priorities } from '@throughline/contracts';
import type { Change, Heard } from '@throughline/read-model';
import { arrangementRows, choiceRows, matterRows, touches } from '../rows.ts';
import type { Asked } from './matter.ts';

/** The events that rows of matters are made from. */
export const matterEvents = [
  'InteractionCaptured', 'MatterChosen', 'MatterOpened', 'MatterJoined', 'MatterSplit', 'MatterQueued', 'MatterOffered',
  'MatterOfferEnded', 'MatterAssigned', 'MatterHandedOn', 'MatterClosed', 'MatterReopened',
] as const; // prettier-ignore

export type MatterRowEvent = Heard<(typeof matterEvents)[number]>;

/** How urgent it is, the greater the more. */
export const priorityOf = ({ priority = 'normal' }: Asked): number => priorities.indexOf(priority);

function* touchOf(event: Heard<'InteractionCaptured'>): Iterable<Change> {
  const { tenant, id, position, version, occurredAt: at, recordedAt, data } = event;
  const { conversation, channel } = data;
  if (data.backfill || data.automatic) return;
  const touch = { tenant, conversation, at, position, event: id, channel };
  yield isToCome(channel, at, recordedAt) ? arrangementRows.put(touch) : touches.put({ ...touch, version });
}

const nowhere = { agent: null, team: null, until: null, fallback: null, skill: null };

/** The rows that one event makes: of its matter, of what was chosen for a conversation, of a conversation's touches. */
export function* matterChanges(event: MatterRowEvent): Iterable<Change> {
  const { tenant, position, version, occurredAt: last_at } = event;
  if (event.type === 'InteractionCaptured') return yield* touchOf(event);
  const { matter, at } = event.data;
  const patch = (values: Omit<Parameters<typeof matterRows.patch>[0], 'tenant' | 'matter'>) =>
    matterRows.patch({ tenant, matter, position, last_at, ...values });
  switch (event.type) {
    case 'MatterChosen': {
      const { conversation, subject, after } = event.data;
      return yield choiceRows.put({
        tenant,
        conversation,
        position,
        matter,
        subject,
        version,
        after: after === undefined ? null : BigInt(after),
      });
    }
    case 'MatterOpened': {
      const { subject, account, conversation, asked } = event.data;
      const bare = {
        tenant,
        matter,
        position,
        subject,
        account,
        conversation,
        state: 'unrouted',
        entry: 0,
        declined: [],
      };
      return yield matterRows.put({
        ...bare,
        asked: JSON.stringify(asked),
        priority: priorityOf(asked),
        since: at,
        at,
        first_position: position,
        last_at,
      });
    }
    case 'MatterJoined': {
      const { asked } = event.data;
      return yield patch({ asked: JSON.stringify(asked), priority: priorityOf(asked) });
    }
    case 'MatterQueued': {
      const { team, entry, until, fallback = null, skill = null, declined, decision } = event.data;
      const place = { team, entry, until, fallback, skill, declined, rule: decision.rule };
      return yield patch({ state: 'queued', at, agent: null, ...place });
    }
    case 'MatterOffered':
      return yield patch({ state: 'offered', at, agent: event.data.agent, until: event.data.until });
    case 'MatterAssigned': {
      const { agent, decision } = event.data;
      return yield patch({ state: 'owned', at, agent, holder: agent, until: null, rule: decision.rule });
    }
    case 'MatterHandedOn':
    case 'MatterReopened':
      return yield patch({ state: 'unrouted', at, outcome: null, ...nowhere });
    case 'MatterClosed':
      return yield patch({ state: 'closed', at, outcome: event.data.outcome ?? null, ...nowhere });
    case 'MatterSplit':
    case 'MatterOfferEnded':
      return;
  }
}
