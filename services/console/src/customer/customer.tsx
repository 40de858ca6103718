import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, useEffect } from 'react';
import { get, sinceWritten } from '../api.ts';
import { Brief } from '../brief/brief.tsx';
import { useBrief } from '../brief/use-brief.ts';
import { Erase } from '../erasure/erase.tsx';
import { Erased } from '../erasure/erased.tsx';
import { Matters } from '../matter/matters.tsx';
import { Relationship } from '../relationship/relationship.tsx';
import { navigate, useTitle } from '../route.ts';
import type { Customer } from '../shapes.ts';
import { useThenOfAddress } from '../then/moment.ts';
import { Moment, NotThen } from '../then/past.tsx';
import type { Then } from '../then/then.ts';
import { Ahead } from '../timeline/ahead.tsx';
import { Place } from '../ui/place.tsx';
import { Failure, Skeleton } from '../ui/state.tsx';
import { accountName, bare, customerName } from '../words.ts';

/** A customer: all handles that are one person, the brief, and the line; now, or as of the moment that the address names. */
export const CustomerPage = ({ id }: { id: string }) => {
  const past = useThenOfAddress();
  const customer = useCustomer(id, past);
  const { data, error } = customer;
  const brief = useBrief(id, past, data?.erasedAt === undefined);
  useTitle(data && (data.erasedAt === undefined ? customerName(data) : 'Erased'));
  const retry = () => void customer.refetch();
  if (data?.erasedAt !== undefined) return <Erased customer={data.id} at={data.erasedAt} />;
  return (
    <Moment past={past} position={brief.data?.position}>
      {error && past && <NotThen error={error} retry={retry} />}
      {error && !past && <Failure error={error} retry={retry} onward={<Place to="/">To the people</Place>} />}
      {customer.isPending && <Skeleton rows={8} />}
      {data && !error && <Whole customer={data} past={past} brief={brief} />}
    </Moment>
  );
};

type WholeProps = { customer: Customer; past: Then | undefined; brief: ReturnType<typeof useBrief> };

const Whole = ({ customer, past, brief }: WholeProps) => (
  <Relationship
    of={`customers/${customer.id}`}
    name={customerName(customer)}
    also={<Also customer={customer} />}
    writes={['note', 'task', 'owner']}
    renderAhead={(onWritten) => <Ahead brief={brief.data} onWritten={onWritten} />}
    renderBeside={(light) => (
      <Brief brief={brief} onLight={light}>
        {!past && <Matters customer={customer.id} />}
        {!past && <Erase customer={customer} />}
      </Brief>
    )}
  />
);

const useCustomer = (id: string, past: Then | undefined) => {
  const queries = useQueryClient();
  const of = `customers/${id}`;
  const customer = useQuery({
    queryKey: past ? ['customer', of, past] : ['customer', of],
    queryFn: ({ signal }) => get<Customer>(`/v1/${of}`, past ?? sinceWritten(), signal),
    // The same person, though perhaps by another name: the page stays until it is known.
    placeholderData: keepPreviousData,
  });
  // The id is that of another customer: the address follows, so that the link stays good.
  const { data, isPlaceholderData } = customer;
  useEffect(() => {
    if (!data || isPlaceholderData || data.id === id) return;
    queries.setQueryData(['customer', `customers/${data.id}`, ...(past ? [past] : [])], data);
    navigate(`/customers/${data.id}${window.location.search}`, { replace: true });
  }, [data, isPlaceholderData, id, past, queries]);
  return customer;
};

const Also = ({ customer: { accounts, handles } }: { customer: Customer }) => (
  <>
    {accounts.map((account) => (
      <Fragment key={account.id}>
        <Place to={`/accounts/${account.id}`}>{accountName(account)}</Place>
        {' · '}
      </Fragment>
    ))}
    {handles.map(({ handle }) => (handle ? bare(handle) : 'not shown')).join(' · ')}
  </>
);
