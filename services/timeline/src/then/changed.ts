import { streamOf } from '@throughline/contracts';
import type { Change, Fold, Noun } from '@throughline/read-model';
import { happenedBy } from '@throughline/service';
import { type HeardEvent, heardEvents, type HeardName } from '../heard.ts';
import { matterRows, matters } from '../matter/matter.projector.ts';
import { promiseRows, promises } from '../promise/promise.projector.ts';
import { taskRows, tasks } from '../task/task.projector.ts';

const placed = { first: 'first_position', last: 'position', stream: { column: 'matter', of: streamOf.matter } };

/** What changes after it began: its rows at another moment are made anew. */
export const nouns: readonly Noun[] = [
  { shape: matters, id: 'matter', ...placed },
  { shape: promises, id: 'promise', ...placed },
  { shape: tasks, id: 'task', first: 'position', last: 'last_position', stream: { column: 'task', of: streamOf.task } },
];

function* changesOf(event: HeardEvent): Iterable<Change> {
  yield* matterRows(event);
  yield* promiseRows(event);
  yield* taskRows(event);
}

/** Makes those rows of what had happened by a moment. */
export const foldUntil = (until: string | undefined): Pick<Fold<HeardName>, 'events' | 'changesOf'> => ({
  events: heardEvents,
  *changesOf(event) {
    const happened = happenedBy<HeardName>(event, until);
    if (happened) yield* changesOf(happened);
  },
});
