import type { Change } from '@throughline/read-model';
import { type MatterRowEvent, priorityOf } from './matter.projector.ts';
import { stepRows } from '../rows.ts';

type Step = Pick<Parameters<typeof stepRows.put>[0], 'state' | 'team' | 'priority'>;

const stepOf = ({ type, data }: MatterRowEvent): Step | undefined => {
  switch (type) {
    case 'MatterOpened':
    case 'MatterJoined':
      return { priority: priorityOf(data.asked) };
    case 'MatterQueued':
      return { state: 'queued', team: data.team };
    case 'MatterOffered':
      return { state: 'offered' };
    case 'MatterAssigned':
      return { state: 'owned' };
    case 'MatterHandedOn':
    case 'MatterReopened':
      return { state: 'unrouted' };
    case 'MatterClosed':
      return { state: 'closed' };
    case 'InteractionCaptured':
    case 'MatterChosen':
    case 'MatterSplit':
    case 'MatterOfferEnded':
      return undefined;
  }
};

/** What one event says of where its matter waits and how urgent it is: kept of each, so that queues of then are found. */
export function* stepChanges(event: MatterRowEvent): Iterable<Change> {
  const step = stepOf(event);
  if (step === undefined || event.type === 'InteractionCaptured') return;
  const { tenant, position, occurredAt: at } = event;
  yield stepRows.put({ tenant, matter: event.data.matter, position, at, ...step });
}
