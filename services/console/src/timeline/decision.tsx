import type { Entry } from '../shapes.ts';
import { Time } from '../ui/time.tsx';
import { bare, nameOf } from '../words.ts';

/** A decision of ours in one quiet line. */
export const Decision = ({ entry }: { entry: Entry }) => (
  <p className="decision" dir="auto">
    {sentenceOf(entry)}
  </p>
);

const sentenceOf = (entry: Entry) => {
  const { task, owner, link, session, actor } = entry;
  switch (entry.type) {
    case 'task':
      return (
        <>
          Task: <b data-done={task?.done && ''}>{task?.what ?? 'not shown'}</b> · {nameOf(task?.owner)}
          {task?.done ? ' · done' : <Due at={task?.due} />}
        </>
      );
    case 'task-snoozed':
      return (
        <>
          Task{task?.what && `: ${task.what}`} · rests
          {task?.until && (
            <>
              {' '}
              until <Time at={task.until} />
            </>
          )}
        </>
      );
    case 'task-handed-on':
      return (
        <>
          Task{task?.what && `: ${task.what}`} · <b>{nameOf(task?.owner)}</b> does it instead of {nameOf(task?.from)}
        </>
      );
    case 'task-completed':
      return (
        <>
          Done{task?.what && `: ${task.what}`}
          {task?.done?.outcome && ` · ${task.done.outcome}`}
        </>
      );
    case 'owner':
      return owner ? (
        <>
          <b>{nameOf(owner)}</b> is responsible from here on
        </>
      ) : (
        'Nobody is responsible from here on'
      );
    case 'link':
      return `${handleOf(link?.a)} and ${handleOf(link?.b)} are one person`;
    case 'link-retracted':
      return 'Two addresses are not one person after all';
    case 'session-ended':
      return `The conversation ended${session?.outcome ? `: ${session.outcome}` : session?.by === 'quiet' ? ' after a silence' : ''}`;
    case 'erased':
      return 'Something was erased here';
    case 'queued':
    case 'assigned':
    case 'handed-on':
    case 'matter-closed':
      return <MatterStep type={entry.type} step={entry.matter} />;
    case 'promise':
    case 'promise-met':
    case 'promise-breached':
    case 'promise-corrected':
      return <PromiseStep type={entry.type} step={entry.promise} />;
    case 'delivered':
    case 'delivery-rejected':
    case 'delivery-parked':
      return <DeliveryStep type={entry.type} step={entry.delivery} />;
    default:
      return `${entry.type} by ${actor ?? 'somebody'}`;
  }
};

const rules: Readonly<Record<string, string>> = {
  skill: 'it asks for the skill',
  owner: 'they own the customer or the account',
  holder: 'they had it before',
  turn: 'it was their turn',
  deadline: 'nobody had taken it in time',
  hand: 'a person said so',
};

const reasons: Readonly<Record<string, string>> = {
  'owner-changed': 'the owner is another now',
  'agent-removed': 'they are no longer here',
  hand: 'a person said so',
};

type MatterProps = {
  type: 'queued' | 'assigned' | 'handed-on' | 'matter-closed';
  step: Entry['matter'];
};

const MatterStep = ({ type, step }: MatterProps) => {
  switch (type) {
    case 'queued':
      return (
        <>
          Waits in <b>{step?.team}</b>
          <Due at={step?.until} />
          {step?.fallback && `, then ${nameOf(step.fallback)} has it`}
        </>
      );
    case 'assigned':
      return (
        <>
          <b>{nameOf(step?.agent)}</b> has it from here on{because(rules[step?.rule ?? ''])}
        </>
      );
    case 'handed-on':
      return (
        <>
          {nameOf(step?.from)} handed it on{because(reasons[step?.because ?? ''])}
          {step?.note && ` · ${step.note}`}
        </>
      );
    case 'matter-closed':
      return `Closed${step?.outcome ? `: ${step.outcome}` : step?.by === 'quiet' ? ' after a long silence' : ''}`;
  }
};

const because = (why: string | undefined): string => (why ? `: ${why}` : '');

type PromiseProps = {
  type: 'promise' | 'promise-met' | 'promise-breached' | 'promise-corrected';
  step: Entry['promise'];
};

const PromiseStep = ({ type, step }: PromiseProps) => {
  const what = step?.target === 'next-response' ? 'The next answer' : 'The first answer';
  switch (type) {
    case 'promise':
      return (
        <>
          {what} is promised
          <Due at={step?.due} />
        </>
      );
    case 'promise-met':
      return `${what} was given ${step?.late ? 'late' : 'in time'}`;
    case 'promise-breached':
      return (
        <>
          {what} was <b>not given in time</b>
          <Due at={step?.due} />
        </>
      );
    case 'promise-corrected':
      return (
        <>
          Something came in late: {what.toLowerCase()} was {step?.breached ? 'not given in time' : 'never late'}
          <Due at={step?.due} />
        </>
      );
  }
};

const records: Readonly<Record<string, string>> = {
  activity: 'The summary of a session',
  note: 'A note',
  task: 'A task',
  contact: 'The contact’s dates and next step',
};

type DeliveryProps = {
  type: 'delivered' | 'delivery-rejected' | 'delivery-parked';
  step: Entry['delivery'];
};

const DeliveryStep = ({ type, step }: DeliveryProps) => {
  const what = records[step?.record ?? ''] ?? 'A record';
  switch (type) {
    case 'delivered':
      return `${what} is in the CRM`;
    case 'delivery-rejected':
      return (
        <>
          {what} was not taken by the CRM: <b>{step?.detail ?? step?.reason}</b>
        </>
      );
    case 'delivery-parked':
      return `${what} could not be written to the CRM for now: ${step?.detail ?? step?.reason}`;
  }
};

const handleOf = (party: { handle?: string } | undefined): string =>
  party?.handle ? bare(party.handle) : 'an address not shown';

const Due = ({ at }: { at: string | undefined }) =>
  at && (
    <>
      {' · due '}
      <Time at={at} as="day" />
    </>
  );
