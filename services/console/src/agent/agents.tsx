import { type Agent, presences } from '../matter/shapes.ts';
import { Failure, Skeleton } from '../ui/state.tsx';
import { useTeams } from '../queue/use-desk.ts';
import { nameOf } from '../words.ts';
import { PresenceMark } from './presence.tsx';
import { useAgents } from './use-agents.ts';

const orderOf = (one: Agent, other: Agent): number =>
  presences.indexOf(one.presence) - presences.indexOf(other.presence) || nameOf(one).localeCompare(nameOf(other));

/** Everybody whom teams may give work to: where they are, whether they are there, and how much they take. */
export const Everybody = () => {
  const agents = useAgents();
  if (agents.isError) return <Failure error={agents.error} retry={() => void agents.refetch()} />;
  if (agents.isPending) return <Skeleton rows={2} />;
  const { items, nextCursor } = agents.data;
  if (items.length === 0) return null;
  return (
    <section className="everybody" aria-labelledby="everybody">
      <h2 id="everybody">Agents</h2>
      <AgentTable agents={items} label="Agents" />
      {nextCursor && <p className="aside">The first {items.length} are shown.</p>}
    </section>
  );
};

/** Who is in a team. */
export const Members = ({ team }: { team: string }) => {
  const members = useAgents().data?.items.filter(({ teams }) => teams.includes(team));
  if (!members) return null;
  return members.length === 0 ? <None team={team} /> : <AgentTable agents={members} label={`Who is in ${team}`} />;
};

const None = ({ team }: { team: string }) => (
  <p className="aside">
    Nobody is in it: <code>npx throughline agents add email:you@acme.example --team {team} --available</code>
  </p>
);

const AgentTable = ({ agents, label }: { agents: readonly Agent[]; label: string }) => (
  <table className="table agents" aria-label={label}>
    <thead>
      <tr>
        <th scope="col">Who</th>
        <th scope="col">There</th>
        <th scope="col" className="num">
          Turns
        </th>
        <th scope="col" className="num">
          Matters
        </th>
      </tr>
    </thead>
    <tbody>
      {agents.toSorted(orderOf).map((agent) => (
        <AgentRow key={agent.id} agent={agent} />
      ))}
    </tbody>
  </table>
);

// Who is in no team gets nothing, but for who is a fallback.
const Where = ({ agent: { id, teams } }: { agent: Agent }) => {
  const all = useTeams().data?.items ?? [];
  const stands = all.filter(({ fallback }) => fallback?.id === id).map(({ team }) => team);
  if (teams.length > 0) return <span className="aside">{teams.join(', ')}</span>;
  if (stands.length > 0) return <span className="aside">fallback of {stands.join(', ')}</span>;
  return (
    <span className="aside" data-short>
      in no team
    </span>
  );
};

const AgentRow = ({ agent }: { agent: Agent }) => {
  const { presence, turns, capacity, matters } = agent;
  return (
    <tr>
      <th scope="row">
        <bdi>{nameOf(agent)}</bdi> <Where agent={agent} />
      </th>
      <td>
        <PresenceMark presence={presence} />
      </td>
      <td className="num" data-short={turns >= capacity || undefined}>
        {turns.toLocaleString()} of {capacity.toLocaleString()}
      </td>
      <td className="num">{matters.toLocaleString()}</td>
    </tr>
  );
};
