import { Choose, Self } from '../agent/who.tsx';
import { useAgents, useMe } from '../agent/use-agents.ts';
import { setQuery, useRoute, useTitle } from '../route.ts';
import { Failure, Skeleton } from '../ui/state.tsx';
import { Desk } from './desk.tsx';
import { Teams } from './teams.tsx';

/** What the reader has to do now; or, for who looks after teams, what waits in their queues. */
export const QueuePage = () => {
  const ofTeams = useRoute().query.get('view') === 'teams';
  const title = ofTeams ? 'Queues' : 'My queue';
  useTitle(title);
  const agents = useAgents();
  const me = useMe();
  const all = agents.data?.items ?? [];
  const self = all.find(({ id }) => id === me?.id);
  const views = [['Mine', false], ['Teams', true]] as const; // prettier-ignore
  return (
    <div className="page queue">
      <header className="page-head">
        <h1>{title}</h1>
        <fieldset className="segments segments-start" aria-label="Whose">
          {views.map(([name, is]) => (
            <button
              key={name}
              type="button"
              aria-pressed={is === ofTeams}
              onClick={() => setQuery({ view: is ? 'teams' : undefined, matter: undefined })}
            >
              {name}
            </button>
          ))}
        </fieldset>
        {!ofTeams && self && <Self agent={self} agents={all} />}
      </header>
      {ofTeams && <Teams />}
      {!ofTeams && agents.isError && <Failure error={agents.error} retry={() => void agents.refetch()} />}
      {!ofTeams && agents.isPending && <Skeleton />}
      {!ofTeams && agents.isSuccess && !self && <Choose agents={all} />}
      {!ofTeams && self && <Desk key={self.id} agent={self} />}
    </div>
  );
};
