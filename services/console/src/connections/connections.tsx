import { useState } from 'react';
import { Problem } from '../api.ts';
import { setQuery, useRoute, useTitle } from '../route.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { ConnectionView } from './connection.tsx';
import { DeliveryRow } from './delivery.tsx';
import { Add } from './dialogs.tsx';
import type { Connection } from './shapes.ts';
import { type Shown, shownStates, useChanged, useConnections, useCrms, useDeliveries } from './use-writeback.ts';

const addCommand = 'npx throughline connections add NAME --crm hubspot --secret-file FILE';

/** The CRMs that are connected, and what was written to them, waits, or wants to be looked at. */
export const ConnectionsPage = () => {
  useTitle('Connections');
  const [crms, connections] = [useCrms(), useConnections()];
  const [adding, add] = useState(false);
  const changed = useChanged();
  const items = connections.data?.items ?? [];
  return (
    <div className="page">
      <header className="page-head">
        <h1>Connections</h1>
        <p className="aside">Where what ends here is written to, once.</p>
        <button type="button" className="push" disabled={!crms.data} onClick={() => add(true)}>
          Connect a CRM
        </button>
      </header>
      {connections.isError && <Trouble error={connections.error} retry={() => void connections.refetch()} />}
      {connections.isPending && <Skeleton rows={4} />}
      {connections.isSuccess && items.length === 0 && (
        <Empty title="No CRM is connected." command={addCommand}>
          What ends from then on is written back; what was before is not.
        </Empty>
      )}
      <ul className="connections">
        {items.map((connection) => (
          <ConnectionView
            key={connection.id}
            connection={connection}
            crm={crms.data?.items.find(({ crm }) => crm === connection.crm)}
          />
        ))}
      </ul>
      {items.length > 0 && <Deliveries connections={items} />}
      {adding && crms.data && (
        <Add crms={crms.data.items} onClose={() => add(false)} onDone={() => void changed()} />
      )}
    </div>
  );
}; // prettier-ignore

const Trouble = ({ error, retry }: { error: Error; retry: () => void }) =>
  error instanceof Problem && error.status === 404 ? (
    <Empty title="This installation writes nothing back.">The service crm-writeback does not run here.</Empty>
  ) : (
    <Failure error={error} retry={retry} />
  );

const shownNames: Record<Shown, string> = {
  aside: 'To look at',
  open: 'Waits',
  confirmed: 'Written',
  dropped: 'Dropped',
};

const nothing: Record<Shown, string> = {
  aside: 'Nothing wants to be looked at.',
  open: 'Nothing waits.',
  confirmed: 'Nothing was written yet. A conversation is, once it ends.',
  dropped: 'Nothing was dropped.',
};

const Deliveries = ({ connections }: { connections: readonly Connection[] }) => {
  const { query } = useRoute();
  const state = shownStates.find((one) => one === query.get('state')) ?? 'aside';
  const of = query.get('of') ?? undefined;
  const list = useDeliveries(state, of);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="deliveries">
      <header className="page-head deliveries-head">
        <h2 id="deliveries">What is written</h2>
        {connections.length > 1 && (
          <select
            aria-label="Of which connection"
            value={of ?? ''}
            data-chosen={of}
            onChange={({ target }) => setQuery({ of: target.value })}
          >
            <option value="">All connections</option>
            {connections.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        <fieldset className="segments" aria-label="Which">
          {shownStates.map((one) => (
            <button key={one} type="button" aria-pressed={one === state} onClick={() => setQuery({ state: one })}>
              {shownNames[one]}
            </button>
          ))}
        </fieldset>
      </header>
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Skeleton />}
      {list.isSuccess && items.length === 0 && <Empty title={nothing[state]} />}
      <ul>
        {items.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} />
        ))}
      </ul>
      {list.hasNextPage && (
        <button type="button" className="link" onClick={() => void list.fetchNextPage()}>
          More
        </button>
      )}
    </section>
  );
};
