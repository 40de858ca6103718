import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Me, me, write } from '../api.ts';
import { type Agent, type Presence, presences } from '../matter/shapes.ts';
import { Empty } from '../ui/state.tsx';
import { bare, nameOf } from '../words.ts';
import { presenceNames } from './presence.tsx';

/** Asks who the reader is: one of the agents. */
export const Choose = ({ agents }: { agents: readonly Agent[] }) => {
  if (agents.length === 0)
    return (
      <Empty title="There is nobody yet who takes work." command={addCommand}>
        An agent is somebody of yours whom teams may give matters to.
      </Empty>
    );
  return (
    <section className="choose" aria-labelledby="who">
      <h2 id="who">Who are you?</h2>
      <ul>
        {agents.map((agent) => (
          <li key={agent.id}>
            <button type="button" onClick={() => me.set(agent)}>
              <b>{nameOf(agent)}</b>
              <span className="dim">{[agent.handle && bare(agent.handle), ...agent.teams].join(' · ')}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="aside">This browser remembers it, and what you do is told as yours.</p>
    </section>
  );
};

const addCommand = 'npx throughline agents add email:you@acme.example --team default --available';

type SelfProps = { agent: Agent; agents: readonly Agent[] };

/** Who the reader is, and whether they take turns now. */
export const Self = ({ agent, agents }: SelfProps) => (
  <div className="self">
    <label>
      <span className="sr">I am</span>
      <select value={agent.id} onChange={({ target }) => me.set(agents.find(({ id }) => id === target.value))}>
        {agents.map((one) => (
          <option key={one.id} value={one.id}>
            {nameOf(one)}
          </option>
        ))}
      </select>
    </label>
    <PresenceSwitch agent={agent} />
  </div>
);

const PresenceSwitch = ({ agent }: { agent: Agent }) => {
  const appear = useAppear(agent);
  const shown = appear.isPending ? appear.variables : agent.presence;
  return (
    <>
      <fieldset className="segments presence" aria-label="Whether you take turns now">
        {presences.map((presence) => (
          <button
            key={presence}
            type="button"
            data-presence={presence}
            aria-pressed={presence === shown}
            onClick={() => appear.mutate(presence)}
          >
            {presenceNames[presence]}
          </button>
        ))}
      </fieldset>
      {appear.isError && <span className="problem">It was not changed: {appear.error.message}</span>}
    </>
  );
};

/** Says whether an agent is there. */
export const useAppear = ({ id }: Me) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (presence: Presence) => write('PUT', `/v1/agents/${id}/presence`, { presence }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['agents'] }),
  });
};
