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
  const { task, owner, link, actor } = entry;
  switch (entry.type) {
    case 'task':
      return (
        <>
          Task: <b data-done={task?.done && ''}>{task?.what ?? 'erased'}</b> · {nameOf(task?.owner)}
          {task?.done ? ' · done' : task?.due && <Due at={task.due} />}
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
      return 'The conversation ended';
    case 'erased':
      return 'Something was erased here';
    default:
      return `${entry.type} by ${actor ?? 'somebody'}`;
  }
};

const handleOf = (party: { handle?: string } | undefined): string =>
  party?.handle ? bare(party.handle) : 'an erased address';

const Due = ({ at }: { at: string }) => (
  <>
    {' · due '}
    <Time at={at} as="day" />
  </>
);
