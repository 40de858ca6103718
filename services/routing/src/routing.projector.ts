import { isOf } from '@throughline/contracts';
import { type Change, type Heard, projector } from '@throughline/read-model';
import { matterChanges, matterEvents } from './matter/matter.projector.ts';
import {
  agentRows,
  arrangementRows,
  calledOffRows,
  choiceRows,
  lastTurns,
  matterRows,
  ownerRows,
  persons,
  policies,
  presences,
  saidRows,
  stepRows,
  taskRows,
  teamRows,
  teamStreams,
  touches,
  turnRows,
} from './rows.ts';
import { stepChanges } from './matter/step.projector.ts';
import { calledOffChanges, promiseChanges, promiseEvents, saidChanges } from './promise/promise.projector.ts';
import { calendarRows, promiseRows } from './promise/rows.ts';
import { forgetting, personChanges, readForgotten } from './person/person.projector.ts';
import { taskChanges, taskEvents } from './task/task.projector.ts';
import { teamChanges, teamEvents } from './team/team.projector.ts';

const policyEvents = ['MatterPolicySet', 'PromisePolicySet', 'CalendarDefined'] as const;

const calledOffEvents = ['InteractionAmended', 'SessionEnded'] as const;

const ownerEvents = ['OwnerAssigned', 'CrmContextRead'] as const;

function* ownerChanges(event: Heard<(typeof ownerEvents)[number]>): Iterable<Change> {
  const { tenant, position, id } = event;
  switch (event.type) {
    case 'OwnerAssigned': {
      const { of, subject, owner } = event.data;
      return yield ownerRows.put({ tenant, of, subject, position, event: id, owner: owner?.id });
    }
    case 'CrmContextRead': {
      const { connection, subject, owner } = event.data;
      return yield ownerRows.put({ tenant, of: `crm.${connection}`, subject, position, event: id, owner: owner?.id });
    }
  }
}

/** The rows of routing: what it decides on, and what it shows. Pure, so that they can be made anew at any time. */
export const routingProjector = projector({
  name: 'routing',
  version: 5,
  tables: [
    policies, persons, teamRows, teamStreams, turnRows, lastTurns, agentRows, presences, ownerRows, choiceRows, touches, arrangementRows,
    matterRows, stepRows, saidRows, calledOffRows, promiseRows, calendarRows, taskRows,
  ], // prettier-ignore
  events: [
    ...matterEvents, ...teamEvents, ...ownerEvents, ...policyEvents, ...promiseEvents, ...calledOffEvents, ...taskEvents,
    'SubjectErased',
  ], // prettier-ignore
  // Whoever does not know a newer event knows that no row here is made of it.
  unknown: 'pass',
  prepare: readForgotten,
  *project(events, forgotten) {
    const who = forgetting(forgotten);
    for (const event of events) {
      if (event.type === 'SubjectErased') yield* who.erased(event);
      else {
        yield* changesOf(event);
        yield* who.passed(personChanges(event));
      }
    }
  },
});

const policyChange = (event: Heard<(typeof policyEvents)[number]>): Change => {
  const { tenant, position } = event;
  const { data } = event.stored;
  switch (event.type) {
    case 'MatterPolicySet':
      return policies.put({ tenant, noun: 'matter', position, data });
    case 'PromisePolicySet':
      return policies.put({ tenant, noun: 'promise', position, data });
    case 'CalendarDefined':
      return calendarRows.put({ tenant, calendar: event.data.calendar, position, data });
  }
};

type Name = (
  | typeof matterEvents
  | typeof teamEvents
  | typeof ownerEvents
  | typeof policyEvents
  | typeof promiseEvents
  | typeof calledOffEvents
  | typeof taskEvents
)[number];
type RoutingEvent = Heard<Name>;

function* changesOf(event: RoutingEvent): Iterable<Change> {
  if (event.type === 'InteractionCaptured') yield* saidChanges(event);
  if (isOf(event, matterEvents)) {
    yield* matterChanges(event);
    yield* stepChanges(event);
  } else if (isOf(event, teamEvents)) yield* teamChanges(event);
  else if (isOf(event, ownerEvents)) yield* ownerChanges(event);
  else if (isOf(event, promiseEvents)) yield* promiseChanges(event);
  else if (isOf(event, calledOffEvents)) yield* calledOffChanges(event);
  else if (isOf(event, taskEvents)) yield* taskChanges(event);
  else yield policyChange(event);
}
