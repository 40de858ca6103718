import { type Change, type Heard, projector } from '@throughline/read-model';
import { matterChanges, matterEvents } from './matter/matter.projector.ts';
import {
  agentRows,
  choiceRows,
  lastTurns,
  matterRows,
  ownerRows,
  persons,
  policies,
  presences,
  teamRows,
  teamStreams,
  touches,
  turnRows,
} from './rows.ts';
import { personChanges } from './person/person.projector.ts';
import { teamChanges, teamEvents } from './team/team.projector.ts';

const ownerEvents = ['OwnerAssigned', 'CrmContextRead'] as const;

function* ownerChanges(event: Heard<(typeof ownerEvents)[number]>): Iterable<Change> {
  const { tenant, position, id } = event;
  switch (event.type) {
    case 'OwnerAssigned': {
      const { of, subject, owner } = event.data;
      return yield ownerRows.put({ tenant, of, subject, position, event: id, owner: owner?.id });
    }
    case 'CrmContextRead': {
      const { subject, owner } = event.data;
      return yield ownerRows.put({ tenant, of: 'crm', subject, position, event: id, owner: owner?.id });
    }
  }
}

/** The rows of routing: what it decides on, and what it shows. Pure, so that they can be made anew at any time. */
export const routingProjector = projector({
  name: 'routing',
  version: 1,
  tables: [
    policies, persons, teamRows, teamStreams, turnRows, lastTurns, agentRows, presences, ownerRows, choiceRows, touches, matterRows,
  ], // prettier-ignore
  events: [...matterEvents, ...teamEvents, ...ownerEvents, 'MatterPolicySet'],
  // Whoever does not know a newer event knows that no row here is made of it.
  unknown: 'pass',
  *project(events) {
    for (const event of events) {
      yield* changesOf(event);
      yield* personChanges(event);
    }
  },
});

type RoutingEvent = Heard<(typeof matterEvents | typeof teamEvents | typeof ownerEvents)[number] | 'MatterPolicySet'>;

const isOf = <Name extends RoutingEvent['type']>(
  event: RoutingEvent,
  names: readonly Name[],
): event is Extract<RoutingEvent, { type: Name }> => (names as readonly string[]).includes(event.type);

function* changesOf(event: RoutingEvent): Iterable<Change> {
  if (isOf(event, matterEvents)) yield* matterChanges(event);
  else if (isOf(event, teamEvents)) yield* teamChanges(event);
  else if (isOf(event, ownerEvents)) yield* ownerChanges(event);
  else
    yield policies.put({
      tenant: event.tenant,
      noun: 'matter',
      position: event.position,
      data: event.stored.data,
    });
}
