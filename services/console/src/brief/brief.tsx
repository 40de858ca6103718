import type { ReactNode } from 'react';
import type { Brief as BriefShape, Channel } from '../shapes.ts';
import { Failure } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { channelNames, dayMs, nameOf, sideNames, spanOf } from '../words.ts';
import { Card, type Light } from './card.tsx';
import type { useBrief } from './use-brief.ts';

type Props = { brief: ReturnType<typeof useBrief>; onLight: Light; children: ReactNode };

/** The four answers, each citing its events, and what else is said beside the line. */
export const Brief = ({ brief, onLight, children }: Props) => {
  if (brief.isError) return <Failure error={brief.error} retry={() => void brief.refetch()} />;
  // As high as what comes, so that the line below it on narrow screens stays where it is.
  if (brief.isPending) return <div className="brief" aria-busy="true" />;
  const { lastTalkedAbout, responsible, nextStep, happened } = brief.data;
  return (
    <section className="brief" aria-label="Brief">
      <Card title="Last talked about" of={lastTalkedAbout} onLight={onLight} times={timesOf(brief.data)}>
        {LastTalkedAbout}
      </Card>
      <Card title="Responsible" of={responsible} onLight={onLight} times={timesOf(brief.data)}>
        {Responsible}
      </Card>
      <Card title="Next step" of={nextStep} onLight={onLight}>
        {NextStep}
      </Card>
      <Card title="What happened" of={happened} onLight={onLight} times={timesOf(brief.data)}>
        {Happened}
      </Card>
      {children}
    </section>
  );
};

type AnswerTo<Question extends 'lastTalkedAbout' | 'responsible' | 'nextStep' | 'happened'> = NonNullable<
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

const Responsible = ({ owner, queue, since, of, due, others = [] }: AnswerTo<'responsible'>) => (
  <>
    <p className="answer">{queue ? `The queue of ${queue.team}` : nameOf(owner)}</p>
    <p className="aside">
      {queue ? (
        <>
          until <Time at={queue.until} as="day" />
          {queue.fallback && `, then ${nameOf(queue.fallback)}`}
        </>
      ) : (
        <>
          {ofNames[of]}since <Time at={since} as="ago" />
        </>
      )}
      {due && (
        <>
          , answer due <Time at={due} as="day" />
        </>
      )}
      {others.length > 0 && `, and ${others.length} more open`}
    </p>
  </>
);

const ofNames = { matter: 'has it ', customer: '', crm: 'owner in the CRM, ', account: 'owns the account, ' };

const NextStep = ({ what, due, owner, overdue }: AnswerTo<'nextStep'>) => (
  <>
    <p className="answer" dir="auto">
      {what ?? 'Something that was erased'}
    </p>
    <p className="aside" data-overdue={overdue || undefined}>
      {owner && nameOf(owner)}
      {owner && due && ' · '}
      {due && (
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
