import { useState } from 'react';
import { useTitle } from '../route.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { dateOf } from '../words.ts';
import { Change } from './change.tsx';
import type { Plan, Quarter } from './shapes.ts';
import { usePlan } from './use-retention.ts';
import { monthsOf, policyInWords } from './words.ts';

/** For how long what customers said is kept, and what of it expires when. */
export const RetentionPage = () => {
  useTitle('Retention');
  const plan = usePlan();
  const [changing, change] = useState(false);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Retention</h1>
        <p className="aside">For how long what customers said is kept.</p>
        <button type="button" className="push" disabled={!plan.data} onClick={() => change(true)}>
          Change
        </button>
      </header>
      {plan.isError && <Failure error={plan.error} retry={() => void plan.refetch()} />}
      {plan.isPending && <Skeleton />}
      {plan.data && <Kept plan={plan.data} />}
      {plan.data && changing && <Change policy={plan.data.policy} onClose={() => change(false)} />}
    </div>
  );
};

const Kept = ({ plan: { policy, items } }: { plan: Plan }) => (
  <>
    <p className="policy">{policyInWords(policy)}</p>
    {items.length === 0 && <Empty title="Nothing of any customer is here yet." command="npx throughline import PATH" />}
    {items.length > 0 && <Quarters items={items} />}
    {items.some(({ over }) => over) && (
      <p className="aside">
        What is over its time expires by itself when its day comes. It is destroyed at once by{' '}
        <code>npx throughline retention run --destroy</code>
      </p>
    )}
  </>
);

const Quarters = ({ items }: { items: readonly Quarter[] }) => (
  <table className="table quarters">
    <thead>
      <tr>
        <th scope="col">What came in</th>
        <th scope="col" className="num">
          Customers
        </th>
        <th scope="col" className="num">
          Of them staying
        </th>
        <th scope="col" className="num">
          Expires
        </th>
      </tr>
    </thead>
    <tbody>
      {items.toReversed().map(({ quarter, customers, staying, atLeast, expiresAt, over, near }) => (
        <tr key={quarter}>
          <th scope="row">
            {monthsOf(quarter)} {over ? <Tag>over its time</Tag> : near && <Tag>soon</Tag>}
          </th>
          <td className="num">{countOf(customers, atLeast)}</td>
          <td className="num">{countOf(staying, atLeast)}</td>
          <td className="num">{expiresAt ? dateOf(expiresAt) : 'never'}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

const Tag = ({ children }: { children: string }) => <span className="tag tag-urgent">{children}</span>;

const countOf = (count: number, atLeast: boolean): string => `${count.toLocaleString()}${atLeast ? ' or more' : ''}`;
