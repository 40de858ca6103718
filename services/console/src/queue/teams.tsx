import { useState } from 'react';
import { Everybody, Members } from '../agent/agents.tsx';
import { About, Deadline } from '../matter/facts.tsx';
import type { Matter, Team } from '../matter/shapes.ts';
import { Why } from '../matter/why.tsx';
import { Place } from '../ui/place.tsx';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { Since } from '../ui/time.tsx';
import { HandOn } from './dialogs.tsx';
import { Serves } from './serves.tsx';
import { useName, useQueue, useStirred, useTeams } from './use-desk.ts';

const defineCommand = 'npx throughline teams add support --channel email';

// What no team serves waits here, whether anybody defined it or not.
const lastTeam = 'default';

/** The queues of all teams, for who looks after them. */
export const Teams = () => {
  const teams = useTeams();
  const last = useQueue(lastTeam);
  const items = teams.data?.items ?? [];
  const waiting = last.data?.items ?? [];
  const known = items.some(({ team }) => team === lastTeam);
  const shown = known || waiting.length === 0 ? items : [...items, undefinedTeam(waiting)];
  if (teams.isError) return <Failure error={teams.error} retry={() => void teams.refetch()} />;
  if (teams.isPending) return <Skeleton />;
  if (shown.length === 0)
    return (
      <>
        <Empty title="There is no team yet." command={defineCommand}>
          A team serves channels, kinds, languages or skills; what comes in waits in its queue.
        </Empty>
        <Everybody />
      </>
    );
  return (
    <>
      <p className="team team-head" aria-hidden="true">
        {['Team', 'Waiting', 'Longest', 'Available'].map((name, nth) => (
          <span key={name} className={nth > 0 ? 'num' : undefined}>
            {name}
          </span>
        ))}
      </p>
      <ul className="teams">
        {shown.map((team) => (
          <TeamRow key={team.team} team={team} />
        ))}
      </ul>
      <Everybody />
    </>
  );
};

const undefinedTeam = (queue: readonly Matter[]): Team => ({
  team: lastTeam,
  name: 'Everything else',
  waiting: queue.length,
  waitingSince: queue.map(({ at }) => at).toSorted((one, other) => Date.parse(one) - Date.parse(other))[0],
  available: 0,
  agents: 0,
});

const TeamRow = ({ team: whole }: { team: Team }) => {
  const { team, name, waiting, waitingSince, available, agents } = whole;
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button type="button" className="team" aria-expanded={open} onClick={() => setOpen(!open)}>
        <b>{name ?? team}</b>
        <span className="num" data-some={waiting > 0 || undefined}>
          {waiting.toLocaleString()} <span className="sr">waiting</span>
        </span>
        <span className="num">
          <span className="sr">, longest </span>
          {waitingSince ? <Since at={waitingSince} /> : '–'}
        </span>
        <span className="num" data-short={(available === 0 && waiting > 0) || undefined}>
          <span className="sr">, available: </span>
          {agents === 0 ? 'nobody' : `${available} of ${agents}`}
        </span>
      </button>
      {open && (
        <div className="in-team">
          <Serves team={whole} />
          <Members team={team} />
          <InQueue team={team} />
        </div>
      )}
    </li>
  );
};

const InQueue = ({ team }: { team: string }) => {
  const queue = useQueue(team);
  const [doing, doIt] = useState<{ what: 'give' | 'why'; matter: Matter }>();
  const stirred = useStirred();
  if (queue.isError) return <Failure error={queue.error} retry={() => void queue.refetch()} />;
  if (queue.isPending) return <Skeleton rows={2} />;
  return (
    <>
      {queue.data.items.length === 0 && <p className="aside in-queue">Nothing waits here.</p>}
      <ul className="in-queue">
        {queue.data.items.map((matter) => (
          <WaitingRow key={matter.id} matter={matter} onDo={(what) => doIt({ what, matter })} />
        ))}
      </ul>
      {queue.data.nextCursor && <p className="aside in-queue">The 50 most urgent are shown.</p>}
      {doing?.what === 'give' && (
        <HandOn matter={doing.matter} onClose={() => doIt(undefined)} onDone={() => void stirred()} />
      )}
      {doing?.what === 'why' && <Why matter={doing.matter} onClose={() => doIt(undefined)} />}
    </>
  );
};

type WaitingProps = { matter: Matter; onDo: (what: 'give' | 'why') => void };

const WaitingRow = ({ matter, onDo }: WaitingProps) => {
  const name = useName(matter.customer) ?? '…';
  return (
    <li>
      <Place to={`/customers/${matter.customer}`}>
        <bdi>{name}</bdi>
      </Place>
      <About asked={matter.asked} />
      <Deadline matter={matter} />
      <span className="actions">
        <button type="button" className="link" onClick={() => onDo('why')}>
          Why
        </button>
        <button type="button" className="small" onClick={() => onDo('give')}>
          Give to …
        </button>
      </span>
    </li>
  );
};
