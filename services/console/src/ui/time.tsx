import { useSyncExternalStore } from 'react';
import { useMoment } from '../then/context.ts';
import { agoThen } from '../then/then.ts';
import { agoOf, clockOf, countOf, dayOf, exactOf } from '../words.ts';
import { eachSecond, useMinute } from './clock.ts';

/** A moment: on the clock, its day, or how long before the moment that is looked at; the exact time on hover, always in the reader's zone. */
export const Time = ({ at, as = 'clock' }: { at: string; as?: 'clock' | 'day' | 'ago' }) => (
  <time dateTime={at} title={exactOf(at)}>
    {as === 'clock' && clockOf(at)}
    {as === 'day' && `${dayOf(at)}, ${clockOf(at)}`}
    {as === 'ago' && <Ago at={at} />}
  </time>
);

const Ago = ({ at }: { at: string }) => {
  const { past } = useMoment();
  useMinute();
  return past ? agoThen(at, past) : agoOf(at);
};

type Until = { until: string; what: string };

/** How long there is until a moment, second by second near its end; plainly late after it. In the past no clock runs. */
export const Countdown = (deadline: Until) => {
  const { past } = useMoment();
  return past ? <By {...deadline} /> : <Left {...deadline} />;
};

const By = ({ until, what }: Until) => (
  <time dateTime={until} title={`${what} ${exactOf(until)}`}>
    by {dayOf(until)}, {clockOf(until)}
  </time>
);

const Left = ({ until, what }: Until) => {
  const left = useSyncExternalStore(eachSecond, () => Math.floor((Date.parse(until) - Date.now()) / 1_000)) * 1_000;
  const near = left < 0 ? 'late' : left < 300_000 ? 'soon' : undefined;
  return (
    <time className="countdown" dateTime={until} title={`${what} ${exactOf(until)}`} data-near={near}>
      <span className="sr">{what} </span>
      {countOf(left)} {left < 0 ? 'late' : 'left'}
    </time>
  );
};

/** How long something lasts already. */
export const Since = ({ at }: { at: string }) => {
  const lasted = useSyncExternalStore(eachSecond, () => Math.floor((Date.now() - Date.parse(at)) / 1_000)) * 1_000;
  return (
    <time dateTime={at} title={exactOf(at)}>
      {countOf(lasted)}
    </time>
  );
};
