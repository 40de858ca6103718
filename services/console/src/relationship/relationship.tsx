import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { get } from '../api.ts';
import { NoteDialog, OwnerDialog, TaskDialog } from '../compose/compose.tsx';
import { type Keys, useKeys } from '../keys.ts';
import type { Channel, Overview, Written } from '../shapes.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { Icon } from '../ui/icon.tsx';
import { Strip } from '../volume/strip.tsx';
import { useMoment } from '../then/context.ts';
import type { Light } from '../brief/card.tsx';

type Composing = 'note' | 'task' | 'owner';

type Props = {
  /** `customers/<id>` or `accounts/<id>`. */
  of: string;
  name: string;
  /** Under the name: who else it is. */
  also: ReactNode;
  /** What can be written here. */
  writes: readonly Composing[];
  renderAhead: (written: ((what: Written) => void) | undefined) => ReactNode;
  renderBeside: (light: Light) => ReactNode;
};

type Lit = { readonly events: ReadonlySet<string>; readonly times: readonly number[] };

const nothing: Lit = { events: new Set(), times: [] };
const actions = { note: ['Note', 'n'], task: ['Task', 't'], owner: ['Owner', 'o'] } as const;

/** One relationship: who it is, what is known about it, and the line from the first touch to now. */
export const Relationship = ({ of, name, also, writes: all, renderAhead, renderBeside }: Props) => {
  const { past, choose } = useMoment();
  // Nothing is written into the past.
  const writes = past ? [] : all;
  const queries = useQueryClient();
  const [lit, setLit] = useState(nothing);
  const light: Light = (events, times) =>
    setLit(events.length > 0 ? { events: new Set(events), times: times.map((at) => Date.parse(at)) } : nothing);
  const [composing, compose] = useState<Composing>();
  const [written, setWritten] = useState(0);
  const volume = useVolume(of);
  useKeys(Object.fromEntries(writes.map((what) => [actions[what][1], () => compose(what)])) satisfies Keys);
  const onWritten = ({ position }: Written) => {
    setWritten(position);
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'timeline' });
  };
  const dialog = { of, onClose: () => compose(undefined), onWritten };
  return (
    <div className="relationship">
      <header className="head" data-above-line="">
        <div className="who-it-is">
          <h1>
            <bdi>{name}</bdi>
          </h1>
          <p className="also">{also}</p>
        </div>
        <Strip volume={volume} marks={lit.times} />
        <div className="actions">
          {writes.map((what) => (
            <button key={what} type="button" onClick={() => compose(what)}>
              {actions[what][0]} <kbd>{actions[what][1]}</kbd>
            </button>
          ))}
          {choose && !past && (
            <button type="button" title="Look back" onClick={choose}>
              <Icon name="past" size={14} /> <span className="sr">Look back</span> <kbd>h</kbd>
            </button>
          )}
        </div>
      </header>
      <aside className="beside" data-above-line="">
        {renderBeside(light)}
      </aside>
      <Timeline
        key={of}
        of={of}
        channels={volume?.channels ?? noChannels}
        lit={lit.events}
        written={written}
        ahead={renderAhead(past ? undefined : onWritten)}
      />
      {composing === 'note' && <NoteDialog {...dialog} />}
      {composing === 'task' && <TaskDialog {...dialog} />}
      {composing === 'owner' && <OwnerDialog {...dialog} />}
    </div>
  );
};

const noChannels: readonly Channel[] = [];

// There is a volume of customers only.
const useVolume = (of: string): Overview | undefined => {
  const [kind, id] = of.split('/');
  const volume = useQuery({
    queryKey: ['volume', of],
    queryFn: ({ signal }) => get<Overview>('/v1/overview', { customer: id, bucket: 'week' }, signal),
    enabled: kind === 'customers',
  });
  return volume.data;
};
