import { useState } from 'react';
import { Why } from '../matter/why.tsx';
import { useMattersOf } from '../queue/use-desk.ts';
import type { Brief } from '../shapes.ts';
import { useMoment } from '../then/context.ts';
import { Countdown, Time } from '../ui/time.tsx';
import { isToday, nameOf } from '../words.ts';

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
      {queue?.offeredTo && (
        <p className="aside">
          offered to {nameOf(queue.offeredTo)}
          {matter && !past && <Lapse customer={customer} matter={matter} />}
        </p>
      )}
      {queue && <Queued {...queue} />}
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

// The brief says until when a matter is in the queue, and not how long its offer stands.
const Lapse = ({ customer, matter }: { customer: string; matter: string }) => {
  const offer = useMattersOf(customer).data?.items.find(({ id }) => id === matter);
  if (offer?.state !== 'offered' || !offer.until) return null;
  return (
    <>
      , <Countdown until={offer.until} what="The offer lapses" />
    </>
  );
};

// Only one of both counts down: the offer, where there is one.
const Queued = ({ until, fallback, offeredTo }: NonNullable<Answer['queue']>) => (
  <p className="aside">
    {offeredTo ? (
      <>
        in the queue until <Time at={until} as={isToday(until) ? 'clock' : 'day'} />
      </>
    ) : (
      <Countdown until={until} what="Out of the queue" />
    )}
    {fallback && `, then ${nameOf(fallback)}`}
  </p>
);

const ofNames: Record<Answer['of'], string> = {
  matter: 'has it ',
  customer: '',
  crm: 'owner in the CRM, ',
  account: 'owns the account, ',
};
