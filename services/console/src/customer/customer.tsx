import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { get } from '../api.ts';
import { Brief } from '../brief/brief.tsx';
import { NoteDialog, OwnerDialog, TaskDialog } from '../compose/compose.tsx';
import { useKeys } from '../keys.ts';
import { navigate } from '../route.ts';
import type { Channel, Customer } from '../shapes.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { Failure, Skeleton } from '../ui/state.tsx';
import { Strip } from '../volume/strip.tsx';
import { bare, channelNames, nameOf } from '../words.ts';

const channels = Object.keys(channelNames) as Channel[];
const nothing: ReadonlySet<string> = new Set();

/** One relationship: who it is, the brief, and the line from the first touch to now. */
export const CustomerPage = ({ id }: { id: string }) => {
  const queries = useQueryClient();
  const customer = useQuery({
    queryKey: ['customer', id],
    queryFn: ({ signal }) => get<Customer>(`/v1/customers/${id}`, {}, signal),
  });
  const [lit, setLit] = useState(nothing);
  const [goTo, setGoTo] = useState<string>();
  const [composing, compose] = useState<'note' | 'task' | 'owner'>();
  useKeys(useMemo(() => ({ n: () => compose('note'), t: () => compose('task'), o: () => compose('owner') }), []));

  // The id was joined to another: the address follows, so that the link stays good.
  const actual = customer.data?.id;
  useEffect(() => {
    if (actual && actual !== id) navigate(`/customers/${actual}${window.location.search}`, { replace: true });
  }, [actual, id]);

  if (customer.isError) return <Failure error={customer.error} retry={() => void customer.refetch()} />;
  if (!customer.data) return <Skeleton rows={8} />;
  const saved = () => void queries.invalidateQueries();
  const dialog = { customer: customer.data.id, onClose: () => compose(undefined), onSaved: saved };
  return (
    <div className="customer">
      <header className="customer-head">
        <div>
          <h1 dir="auto">{nameOf({ name: customer.data.name, handle: customer.data.handles[0]?.handle })}</h1>
          <p className="aside">
            {customer.data.accounts.map(({ id: account, name, key }) => name ?? key ?? account).join(', ')}
            {customer.data.accounts.length > 0 && ' · '}
            {customer.data.handles.map(({ handle }) => (handle ? bare(handle) : 'erased')).join(' · ')}
          </p>
        </div>
        <Strip customer={customer.data.id} />
        <div className="actions">
          <button type="button" onClick={() => compose('note')}>
            Note <kbd>n</kbd>
          </button>
          <button type="button" onClick={() => compose('task')}>
            Task <kbd>t</kbd>
          </button>
          <button type="button" onClick={() => compose('owner')}>
            Owner <kbd>o</kbd>
          </button>
        </div>
      </header>
      <Brief
        id={customer.data.id}
        onLight={(events) => setLit(events.length > 0 ? new Set(events) : nothing)}
        onGo={setGoTo}
      />
      <Timeline key={customer.data.id} of={`customers/${customer.data.id}`} channels={channels} lit={lit} goTo={goTo} />
      {composing === 'note' && <NoteDialog {...dialog} />}
      {composing === 'task' && <TaskDialog {...dialog} />}
      {composing === 'owner' && <OwnerDialog {...dialog} />}
    </div>
  );
};
