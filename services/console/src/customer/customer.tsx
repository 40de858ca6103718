import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, useEffect } from 'react';
import { get, sinceWritten } from '../api.ts';
import { Brief } from '../brief/brief.tsx';
import { useBrief } from '../brief/use-brief.ts';
import { Relationship } from '../relationship/relationship.tsx';
import { Matters } from '../matter/matters.tsx';
import { navigate, useTitle } from '../route.ts';
import type { Customer } from '../shapes.ts';
import { Ahead } from '../timeline/ahead.tsx';
import { Place } from '../ui/place.tsx';
import { Failure, Skeleton } from '../ui/state.tsx';
import { accountName, bare, customerName } from '../words.ts';

/** A customer: all handles that are one person, the brief, and the line. */
export const CustomerPage = ({ id }: { id: string }) => {
  const customer = useCustomer(id);
  const brief = useBrief(id);
  const name = customer.data && customerName(customer.data);
  useTitle(name);
  const onward = <Place to="/">To the people</Place>;
  if (customer.isError) return <Failure error={customer.error} retry={() => void customer.refetch()} onward={onward} />;
  if (!customer.data || !name) return <Skeleton rows={8} />;
  return (
    <Relationship
      of={`customers/${id}`}
      name={name}
      also={<Also customer={customer.data} />}
      writes={['note', 'task', 'owner']}
      renderAhead={(onWritten) => <Ahead brief={brief.data} onWritten={onWritten} />}
      renderBeside={(light) => (
        <Brief brief={brief} onLight={light}>
          <Matters customer={id} />
        </Brief>
      )}
    />
  );
};

const useCustomer = (id: string) => {
  const queries = useQueryClient();
  const customer = useQuery({
    queryKey: ['customer', `customers/${id}`],
    queryFn: ({ signal }) => get<Customer>(`/v1/customers/${id}`, sinceWritten(), signal),
  });
  // The id was joined to another: the address follows, so that the link stays good.
  const { data } = customer;
  useEffect(() => {
    if (!data || data.id === id) return;
    queries.setQueryData(['customer', `customers/${data.id}`], data);
    navigate(`/customers/${data.id}${window.location.search}`, { replace: true });
  }, [data, id, queries]);
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
