import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { get, sinceWritten } from '../api.ts';
import { useAgents } from '../agent/use-agents.ts';
import { Dialog, DialogClose } from '../ui/dialog.tsx';
import { Place } from '../ui/place.tsx';
import { Failure, Skeleton } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { nameOf } from '../words.ts';
import type { Explanation, Matter, Step } from './shapes.ts';
import { alternativeOf, inputsOf, ruleOf } from './words.ts';

type Props = { matter: Pick<Matter, 'id' | 'customer' | 'agent' | 'team' | 'state'>; onClose: () => void };

/** Why a matter is where it is, the last step first: by which rule, on what, and what else there was. */
export const Why = ({ matter, onClose }: Props) => {
  const explanation = useQuery({
    queryKey: ['why', matter.id],
    queryFn: ({ signal }) => get<Explanation>(`/v1/matters/${matter.id}/explanation`, sinceWritten(), signal),
  });
  const agents = useAgents();
  const called = (id: string) => {
    const agent = agents.data?.items.find((one) => one.id === id);
    return agent && nameOf(agent);
  };
  return (
    <Dialog title={titleOf(matter)} className="why" onClose={onClose}>
      {explanation.isError && <Failure error={explanation.error} retry={() => void explanation.refetch()} />}
      {explanation.isPending && <Skeleton rows={4} />}
      <ol className="steps">
        {explanation.data?.steps.toReversed().map((step) => (
          <StepView key={step.event} step={step} customer={matter.customer} called={called} />
        ))}
      </ol>
      <footer>
        <DialogClose type="button">Close</DialogClose>
      </footer>
    </Dialog>
  );
};

const titleOf = ({ state, agent, team }: Props['matter']): string => {
  switch (state) {
    case 'queued':
      return `Why it waits in ${team ?? 'a queue'}`;
    case 'offered':
      return `Why it is offered to ${nameOf(agent)}`;
    case 'owned':
      return `Why ${nameOf(agent)} has it`;
    case 'closed':
      return 'What happened to it';
  }
};

type StepProps = { step: Step; customer: string; called: (id: string) => string | undefined };

const StepView = ({ step, customer, called }: StepProps) => {
  const { at, event, position, says, rule, inputs = {}, alternatives = [] } = step;
  const on = inputsOf(inputs, called);
  return (
    <li>
      <p className="step-says">
        <Said text={says} />
      </p>
      <p className="aside">
        <Time at={at} as="day" /> ·{' '}
        <Place to={`/customers/${customer}?at=${event}&on=${encodeURIComponent(at)}`}>
          event {position.toLocaleString()}
        </Place>
        {rule && <span className="tag">{ruleOf(rule)}</span>}
      </p>
      <Facts name="Decided on" facts={on} />
      <Facts name="Not taken" facts={alternatives.map(alternativeOf)} />
    </li>
  );
};

const Facts = ({ name, facts }: { name: string; facts: readonly (readonly [string, string])[] }) =>
  facts.length > 0 && (
    <div className="facts">
      <h3>{name}</h3>
      <dl>
        {facts.map(([what, value]) => (
          <div key={what + value}>
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );

const instants = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

// Moments in a sentence, in the reader's own zone.
const Said = ({ text }: { text: string }) => {
  const found = text.match(instants) ?? [];
  return text.split(instants).map((words, nth) => (
    // oxlint-disable-next-line react/no-array-index-key -- parts of one sentence, in order
    <Fragment key={nth}>
      {words}
      {found[nth] && <Time at={found[nth]} as="day" />}
    </Fragment>
  ));
};
