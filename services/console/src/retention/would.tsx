import { Failure, Skeleton } from '../ui/state.tsx';
import { counted, dateOf } from '../words.ts';
import type { Quarter } from './shapes.ts';
import type { usePlan } from './use-retention.ts';
import { expiresFrom, monthsOf, whomOf } from './words.ts';

type Props = {
  /** As if the policy were set; undefined where everything is kept. */
  plan: ReturnType<typeof usePlan> | undefined;
  notice: number;
  /** It is the policy that holds. */
  isSame: boolean;
};

/** What a policy would destroy, and when, before anybody sets it. */
export const Would = ({ plan, notice, isSame }: Props) => (
  <>
    {isSame && <p>So it is already.</p>}
    {!isSame && !plan && <p>Nothing is destroyed. What expired already does not come back.</p>}
    {!isSame && plan?.isLoading && <Skeleton rows={2} />}
    {!isSame && plan?.isError && <Failure error={plan.error} />}
    {!isSame && plan?.data && <Destroyed items={plan.data.items} notice={notice} />}
  </>
);

const mostListed = 8;

const Destroyed = ({ items, notice }: { items: readonly Quarter[]; notice: number }) => {
  const over = items.filter((one) => one.over);
  if (over.length === 0) return <Later items={items} />;
  const keys = over.reduce((sum, one) => sum + one.keys, 0);
  const more = over.length - mostListed;
  return (
    <>
      <p>
        <b>
          {counted(keys, 'key')}
          {over.some(({ atLeast }) => atLeast) && ' or more'} would be destroyed {expiresFrom(notice)}
        </b>
        , and what these customers said then can be opened no more, by nobody, in no copy of the data:
      </p>
      <ul>
        {over.slice(0, mostListed).map((one) => (
          <li key={one.quarter}>
            {monthsOf(one.quarter)}: {whomOf(one)}
          </li>
        ))}
        {more > 0 && <li>and {counted(more, 'quarter')} more</li>}
      </ul>
    </>
  );
};

const Later = ({ items: [first] }: { items: readonly Quarter[] }) => (
  <p>
    Nothing is over its time: nothing is destroyed now.
    {first?.expiresAt && ` ${monthsOf(first.quarter)} would be the first to expire, on ${dateOf(first.expiresAt)}.`}
  </p>
);
