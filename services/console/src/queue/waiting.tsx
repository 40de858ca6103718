import { useKeys } from '../keys.ts';
import type { Agent, Matter, Team } from '../matter/shapes.ts';
import { Since } from '../ui/time.tsx';
import { useNext, useTeams } from './use-desk.ts';

type Props = { agent: Agent; onTaken: (matter: Matter) => void };

// Who waits longest is first; a queue that is not known to be empty is asked as well.
const longestFirst = (one: Team, other: Team): number =>
  (one.waitingSince ?? '9999') < (other.waitingSince ?? '9999') ? -1 : 1;

/** What waits in the teams of an agent, and the way to take the next of it. */
export const Waiting = ({ agent, onTaken }: Props) => {
  const teams = useTeams();
  const next = useNext(agent.id);
  const mine = (teams.data?.items ?? []).filter(({ team }) => agent.teams.includes(team)).toSorted(longestFirst);
  const take = (of: readonly string[]) => {
    if (next.isPending || of.length === 0) return;
    next.mutate(of, { onSuccess: (matter) => matter && onTaken(matter) });
  };
  const all = mine.map(({ team }) => team);
  useKeys({ n: () => take(all) });
  if (agent.teams.length === 0) return null;
  return (
    <section className="waiting" aria-label="Waiting in your teams">
      <ul>
        {mine.map(({ team, name, waiting, waitingSince }) => (
          <li key={team}>
            <b>{name ?? team}</b>{' '}
            <span className="dim">
              {waiting === 0 ? 'nothing waits' : `${waiting.toLocaleString()} waiting`}
              {waitingSince && (
                <>
                  , longest <Since at={waitingSince} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      <output className="dim">{next.isSuccess && !next.data && 'Nothing waits that is for you.'}</output>
      {next.isError && <span className="problem">{next.error.message}</span>}
      <button type="button" disabled={next.isPending} onClick={() => take(all)}>
        Next <kbd>n</kbd>
      </button>
    </section>
  );
};
