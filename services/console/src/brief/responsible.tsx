import { useState } from 'react';
import { Why } from '../matter/why.tsx';
import type { Brief } from '../shapes.ts';
import { useMoment } from '../then/context.ts';
import { Countdown, Time } from '../ui/time.tsx';
import { nameOf } from '../words.ts';

type Answer = NonNullable<Brief['responsible']['answer']>;
type Props = { customer: string; answer: Answer };

/** Who has what the customer wants solved, or in whose queue it waits and until when; and why. */
export const Responsible = ({ customer, answer: { owner, queue, since, of, due, matter, others = [] } }: Props) => {
  const [asked, ask] = useState(false);
  const { past } = useMoment();
  const state = queue ? (queue.offeredTo ? 'offered' : 'queued') : 'owned';
  const agent = owner ?? queue?.offeredTo;
  return (
    <>
      <p className="answer">{queue ? `The queue of ${queue.team}` : nameOf(owner)}</p>
      {queue && (
        <p className="aside">
          {queue.offeredTo && `offered to ${nameOf(queue.offeredTo)}, `}
          <Countdown until={queue.until} what="Out of the queue" />
          {queue.fallback && `, then ${nameOf(queue.fallback)}`}
        </p>
      )}
      {due && (
        <p className="aside">
          Answer due: <Countdown until={due} what="Answer due" />
        </p>
      )}
      <p className="aside">
        {!queue && (
          <>
            {ofNames[of]}since <Time at={since} as="ago" />
          </>
        )}
        {others.length > 0 && ` and ${others.length} more open`}
        {matter && !past && (
          <button type="button" className="link" onClick={() => ask(true)}>
            Why?
          </button>
        )}
      </p>
      {asked && matter && (
        <Why matter={{ id: matter, customer, state, agent, team: queue?.team }} onClose={() => ask(false)} />
      )}
    </>
  );
};

const ofNames: Record<Answer['of'], string> = {
  matter: 'has it ',
  customer: '',
  crm: 'owner in the CRM, ',
  account: 'owns the account, ',
};
