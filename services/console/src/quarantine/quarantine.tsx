import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post } from '../api.ts';
import { useTitle } from '../route.ts';
import type { Page, Quarantined } from '../shapes.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { Held } from './held.tsx';

/** What came in and could not be understood; its bytes are kept and can be tried again. */
export const QuarantinePage = () => {
  useTitle('Quarantine');
  const queries = useQueryClient();
  const list = useQuery({
    queryKey: ['quarantine'],
    queryFn: ({ signal }) => get<Page<Quarantined>>('/v1/quarantine', { limit: 200 }, signal),
  });
  const retry = useMutation({
    mutationFn: (id: string) => post<{ outcome: string }>(`/v1/quarantine/${id}/retry`, {}, crypto.randomUUID()),
    onSettled: () => queries.invalidateQueries({ queryKey: ['quarantine'] }),
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
          <Held key={item.id} item={item} busy={retry.isPending} onRetry={() => retry.mutate(item.id)} />
        ))}
      </ul>
    </div>
  );
};
