import type { Change, Heard } from '@throughline/read-model';
import { agentRows, lastTurns, presences, teamRows, teamStreams, turnRows } from '../rows.ts';

/** The events that rows of teams and agents are made from. */
export const teamEvents = [
  'TeamDefined', 'TeamRemoved', 'TurnTaken', 'TurnReleased', 'AgentDefined', 'AgentPresenceChanged', 'AgentRemoved',
] as const; // prettier-ignore

type TeamEvent = Heard<(typeof teamEvents)[number]>;

/** The rows that one event makes: of its team, of turns, of its agent. */
export function* teamChanges(event: TeamEvent): Iterable<Change> {
  const { tenant, position, version, id, stored } = event;
  if ('team' in event.data) yield teamStreams.put({ tenant, team: event.data.team, version, position });
  switch (event.type) {
    case 'TeamDefined':
      return yield teamRows.put({ tenant, team: event.data.team, position, event: id, data: stored.data });
    case 'TeamRemoved':
      return yield teamRows.put({ tenant, team: event.data.team, position });
    case 'TurnTaken': {
      const { team, matter, entry, agent } = event.data;
      yield turnRows.put({ tenant, team, matter, entry, agent });
      return yield lastTurns.put({ tenant, team, agent, version, position });
    }
    case 'TurnReleased': {
      const { team, matter, entry } = event.data;
      return yield turnRows.remove({ tenant, team, matter, entry });
    }
    case 'AgentDefined': {
      const agent = event.data.agent.id;
      return yield agentRows.put({ tenant, agent, event: id, data: stored.data, removed: false, position });
    }
    case 'AgentPresenceChanged': {
      const { agent, presence } = event.data;
      return yield presences.put({ tenant, agent, presence, position });
    }
    case 'AgentRemoved': {
      const { agent } = event.data;
      yield presences.put({ tenant, agent, presence: 'offline', position });
      return yield agentRows.patch({ tenant, agent, removed: true, position });
    }
  }
}
