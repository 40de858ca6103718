import type { Brief } from '../shapes.ts';
import { useMoment } from '../then/context.ts';
import { Icon } from '../ui/icon.tsx';
import { Time } from '../ui/time.tsx';
import { channelNames } from '../words.ts';

/** What goes on with the customer at this very moment. */
export const GoingOn = ({ sessions }: { sessions: Brief['now'] }) => {
  const title = useMoment().past ? 'At that moment' : 'Right now';
  if (sessions.length === 0) return null;
  return (
    <section className="card going-on-now" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
      </div>
      {sessions.map(({ conversation, channel, since, intent, lastWords, lastAt }) => (
        <div key={conversation}>
          <p className="answer" data-channel={channel}>
            <Icon name={channel} size={14} /> {channelNames[channel]}
            {intent && <span className="tag">{intent}</span>}
          </p>
          {lastWords && (
            <p className="quote" dir="auto">
              {lastWords}
            </p>
          )}
          <p className="aside">
            since <Time at={since} />, last word <Time at={lastAt} as="ago" />
          </p>
        </div>
      ))}
    </section>
  );
};
