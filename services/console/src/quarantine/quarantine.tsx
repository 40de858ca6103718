import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '../api.ts';
import { ComposeDialog } from '../compose/dialog.tsx';
import type { Field } from '../compose/form.ts';
import { useTitle } from '../route.ts';
import type { Page, Quarantined } from '../shapes.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { Held } from './held.tsx';

const reasonField: readonly Field[] = [
  { pointer: '/reason', label: 'Why nobody wants it', kind: 'line', required: true, hint: 'Its bytes are kept. Name nobody: this stands in clear.' },
]; // prettier-ignore

/** What came in and could not be understood; its bytes are kept and can be tried again. */
export const QuarantinePage = () => {
  useTitle('Quarantine');
  const queries = useQueryClient();
  const [dismissing, dismiss] = useState<Quarantined>();
  const changed = () => queries.invalidateQueries({ queryKey: ['quarantine'] });
  const list = useQuery({
    queryKey: ['quarantine'],
    queryFn: ({ signal }) => get<Page<Quarantined>>('/v1/quarantine', { limit: 200 }, signal),
  });
  const retry = useMutation({
    mutationFn: (id: string) => post<{ outcome: string }>(`/v1/quarantine/${id}/retry`, {}, crypto.randomUUID()),
    onSettled: changed,
  });
  return (
    <div className="page">
      <header className="page-head">
        <h1>Quarantine</h1>
        <p className="aside">What could not be understood. Its bytes are kept.</p>
      </header>
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Skeleton />}
      {list.data?.items.length === 0 && (
        <Empty title="Nothing is in quarantine.">Whatever cannot be read on its way in would wait here.</Empty>
      )}
      <output>{retry.data && `Tried again: ${retry.data.outcome}.`}</output>
      {retry.isError && <Failure error={retry.error} />}
      <ul className="quarantine">
        {list.data?.items.map((item) => (
          <Held
            key={item.id}
            item={item}
            busy={retry.isPending}
            onRetry={() => retry.mutate(item.id)}
            onDismiss={() => dismiss(item)}
          />
        ))}
      </ul>
      {dismissing && (
        <ComposeDialog<Quarantined>
          title="Dismiss"
          verb="Dismiss"
          fields={reasonField}
          path={`/v1/quarantine/${dismissing.id}/dismiss`}
          onClose={() => dismiss(undefined)}
          onWritten={() => void changed()}
        />
      )}
    </div>
  );
};
