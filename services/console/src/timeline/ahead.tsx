import { useState } from 'react';
import { post } from '../api.ts';
import type { Brief, Written } from '../shapes.ts';
import { useMoment } from '../then/context.ts';
import { Icon } from '../ui/icon.tsx';
import { Time } from '../ui/time.tsx';
import { channelNames, nameOf } from '../words.ts';

type OnWritten = (written: Written) => void;
type Props = { brief: Brief | undefined; onWritten?: OnWritten | undefined };

/** The end of the line: what lies ahead of now, and what goes on just now. */
export const Ahead = ({ brief, onWritten }: Props) => {
  const { past } = useMoment();
  const step = brief?.nextStep.answer;
  // What should have been done by now does not lie ahead.
  const next = step && <Next step={step} onWritten={onWritten} />;
  return (
    <>
      {!step?.overdue && next}
      <div className="now">
        <b>{past ? 'then' : 'now'}</b>
        {brief?.now.map(({ conversation, channel, since }) => (
          <span key={conversation} className="going-on" data-channel={channel}>
            <Icon name={channel} size={12} /> {channelNames[channel]} going on since <Time at={since} />
          </span>
        ))}
      </div>
      {step?.overdue && next}
    </>
  );
};

type Step = NonNullable<Brief['nextStep']['answer']>;

const Next = ({
  step: { what, owner, due, overdue, task },
  onWritten,
}: {
  step: Step;
  onWritten: OnWritten | undefined;
}) => (
  <div className="entry next" data-overdue={overdue || undefined}>
    <span className="mark" data-channel="next" />
    <div className="entry-body">
      <p className="decision" dir="auto">
        Next: <b>{what ?? 'something that was erased'}</b>
        {owner && ` · ${nameOf(owner)}`}
        {due && (
          <>
            {overdue ? ' · was due ' : ' · due '}
            <Time at={due} as="day" />
          </>
        )}
      </p>
      {task && onWritten && <Done key={task} task={task} onWritten={onWritten} />}
    </div>
  </div>
);

const Done = ({ task, onWritten }: { task: string; onWritten: OnWritten }) => {
  const [key] = useState(() => crypto.randomUUID());
  const [state, setState] = useState<'open' | 'busy' | 'failed'>('open');
  const done = async () => {
    setState('busy');
    try {
      onWritten(await post<Written>(`/v1/tasks/${task}/completion`, {}, key));
    } catch {
      setState('failed');
    }
  };
  return (
    <button type="button" className="small" disabled={state === 'busy'} onClick={() => void done()}>
      <Icon name="done" size={12} /> {state === 'failed' ? 'Not saved, try again' : 'Done'}
    </button>
  );
};
