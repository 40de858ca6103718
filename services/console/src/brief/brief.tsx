import type { ReactNode } from 'react';
import type { Brief as BriefShape, Channel } from '../shapes.ts';
import { Failure } from '../ui/state.tsx';
import { Countdown, Time } from '../ui/time.tsx';
import { channelNames, dayMs, nameOf, sideNames, spanOf } from '../words.ts';
import { Card, type Light } from './card.tsx';
import { GoingOn } from './going-on.tsx';
import { Responsible } from './responsible.tsx';
import { Told } from './told.tsx';
import type { useBrief } from './use-brief.ts';

type Props = { brief: ReturnType<typeof useBrief>; onLight: Light; children: ReactNode };

/** The four answers, each citing its events, and what else is said beside the line. */
export const Brief = ({ brief, onLight, children }: Props) => {
  if (brief.isError) return <Failure error={brief.error} retry={() => void brief.refetch()} />;
  // As high as what comes, so that the line below it on narrow screens stays where it is.
  if (brief.isPending) return <div className="brief" aria-busy="true" />;
  const { now, lastTalkedAbout, responsible, nextStep, happened, crm } = brief.data;
  return (
    <section className="brief" aria-label="Brief">
      <GoingOn sessions={now} />
      <Card title="Last talked about" of={lastTalkedAbout} onLight={onLight} times={timesOf(brief.data)}>
        {LastTalkedAbout}
      </Card>
      <Card title="Responsible" of={responsible} onLight={onLight} times={timesOf(brief.data)}>
        {(answer) => <Responsible customer={brief.data.customer.id} answer={answer} />}
      </Card>
      <Card title="Next step" of={nextStep} onLight={onLight}>
        {NextStep}
      </Card>
      <Card title="What happened" of={happened} onLight={onLight} times={timesOf(brief.data)}>
        {Happened}
      </Card>
      <Card title="What the CRM knows" of={crm} onLight={onLight}>
        {Told}
      </Card>
      {children}
    </section>
  );
};

type AnswerTo<Question extends 'lastTalkedAbout' | 'nextStep' | 'happened'> = NonNullable<
  BriefShape[Question]['answer']
>;

const LastTalkedAbout = ({ at, channel, direction, subject, topic, words }: AnswerTo<'lastTalkedAbout'>) => (
  <>
    <p className="answer" dir="auto">
      {subject ?? topic ?? words ?? (channel && channelNames[channel])}
    </p>
    {(subject ?? topic) && words && (
      <p className="quote" dir="auto">
        {words}
      </p>
    )}
    <p className="aside">
      {channel && channelNames[channel]} {direction && sideNames[direction]}, <Time at={at} as="ago" />
    </p>
  </>
);

const NextStep = ({ what, due, owner, team, promise, overdue }: AnswerTo<'nextStep'>) => (
  <>
    <p className="answer" dir="auto">
      {what ?? 'Something that is not shown'}
    </p>
    <p className="aside" data-overdue={overdue || undefined}>
      {owner ? nameOf(owner) : team && `the queue of ${team}`}
      {(owner ?? team) && due && ' · '}
      {due && promise && <Countdown until={due} what="Answer due" />}
      {due && !promise && (
        <>
          {overdue ? 'was due' : 'due'} <Time at={due} as="ago" />
        </>
      )}
    </p>
  </>
);

const Happened = ({ interactions, conversations, since, byChannel, quietDays }: AnswerTo<'happened'>) => (
  <>
    <p className="answer">
      {interactions.toLocaleString()} {interactions === 1 ? 'interaction' : 'interactions'} in{' '}
      {conversations.toLocaleString()} {conversations === 1 ? 'conversation' : 'conversations'}
    </p>
    <ul className="shares" aria-label="By channel">
      {(Object.entries(byChannel) as [Channel, number][]).map(([channel, count]) => (
        <li key={channel}>
          <i data-channel={channel} /> {channelNames[channel]} <span className="dim">{count.toLocaleString()}</span>
        </li>
      ))}
    </ul>
    <p className="aside">
      first <Time at={since} as="ago" />
      {quietDays !== undefined && quietDays > 1 && `, quiet for ${spanOf(quietDays * dayMs)}`}
    </p>
  </>
);

// The answers know when some of their events happened: far ones are gone to without reading all that lies between.
const timesOf = ({ lastTalkedAbout, responsible, happened }: BriefShape): ReadonlyMap<string, string> =>
  new Map([
    ...pairOf(lastTalkedAbout.events[0], lastTalkedAbout.answer?.at),
    ...pairOf(responsible.events[0], responsible.answer?.since),
    ...pairOf(happened.events[0], happened.answer?.since),
    ...(happened.answer?.highlights ?? []).flatMap(({ event, at }) => pairOf(event, at)),
  ]);

const pairOf = (event: string | undefined, at: string | undefined): [string, string][] =>
  event && at ? [[event, at]] : [];
