import { About, Deadline } from '../matter/facts.tsx';
import type { Matter, Packet } from '../matter/shapes.ts';
import { Place } from '../ui/place.tsx';
import { Failure, Skeleton } from '../ui/state.tsx';
import { Text } from '../ui/text.tsx';
import { Time } from '../ui/time.tsx';
import { channelNames, nameOf } from '../words.ts';
import { useName, usePacket, type useWait } from './use-desk.ts';

export type Doing = 'hand-on' | 'close' | 'why';

type Props = { matter: Matter; wait: ReturnType<typeof useWait>; onDo: (what: Doing) => void };

/** What whoever has a matter has to know, and what they can do with it. */
export const Detail = ({ matter, wait, onDo }: Props) => {
  const packet = usePacket(matter.id);
  const name = useName(matter.customer) ?? '…';
  return (
    <article className="detail" aria-label={name}>
      <header>
        <h2>
          <Place to={`/customers/${matter.customer}`}>
            <bdi>{name}</bdi>
          </Place>
        </h2>
        <Deadline matter={matter} />
        <p className="aside">
          <About asked={matter.asked} />{' '}
          <span>
            since <Time at={matter.since} as="day" />
          </span>
        </p>
      </header>
      <div className="actions">
        <Place to={`/customers/${matter.customer}`} className="button primary">
          Open <kbd>↵</kbd>
        </Place>
        <button type="button" onClick={() => onDo('hand-on')}>
          Hand on <kbd>f</kbd>
        </button>
        {matter.dueAt && (
          <button type="button" disabled={wait.isPending} onClick={() => wait.mutate(matter)}>
            Waits for them <kbd>p</kbd>
          </button>
        )}
        <button type="button" onClick={() => onDo('close')}>
          Close <kbd>c</kbd>
        </button>
        <button type="button" onClick={() => onDo('why')}>
          Why <kbd>w</kbd>
        </button>
      </div>
      {wait.variables?.id === matter.id && <Waits wait={wait} due={matter.dueAt} />}
      {packet.isError && <Failure error={packet.error} retry={() => void packet.refetch()} />}
      {packet.isPending && <Skeleton rows={4} />}
      {packet.data && <Told packet={packet.data} />}
    </article>
  );
};

const Waits = ({ wait, due }: Pick<Props, 'wait'> & { due: string | undefined }) => {
  if (wait.isError) return <Failure error={wait.error} />;
  if (!wait.isSuccess || due !== undefined) return null;
  return <output className="aside">No time of ours passes until they write.</output>;
};

const Told = ({ packet: { summary, tried, notes, conversations } }: { packet: Packet }) => (
  <>
    {summary.asked && (
      <section>
        <h3>What they asked</h3>
        <Text text={summary.asked} />
      </section>
    )}
    {summary.last && (
      <section>
        <h3>
          What they said last{summary.lastAt && <>, <Time at={summary.lastAt} as="ago" /></>}
        </h3>
        <Text text={summary.last} />
      </section>
    )}
    {notes.length > 0 && (
      <section>
        <h3>What was handed on with it</h3>
        {notes.map((note) => (
          <Text key={note} text={note} />
        ))}
      </section>
    )}
    {tried.length > 0 && (
      <section>
        <h3>What was done</h3>
        <ul className="tried">
          {tried.map(({ at, by, channel, words, agent }) => (
            <li key={at + (words ?? agent?.id ?? by)}>
              <Time at={at} as="ago" />
              <span dir="auto">
                {agent ? `${nameOf(agent)} had it` : (words ?? `answered by ${channel ? channelNames[channel] : by}`)}
              </span>
            </li>
          ))}
        </ul>
      </section>
    )}
    <p className="aside">
      {conversations.length === 1 ? 'One conversation' : `${conversations.length} conversations`}
      {conversations.length > 0 && ': '}
      {[...new Set(conversations.flatMap(({ channel }) => (channel ? channelNames[channel] : [])))].join(', ')}
    </p>
  </>
); // prettier-ignore
