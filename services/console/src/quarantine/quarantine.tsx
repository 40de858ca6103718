import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post } from '../api.ts';
import type { Page, Quarantined } from '../shapes.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { sizeOf } from '../words.ts';

/** What came in and could not be understood; its bytes are kept and can be tried again. */
export const QuarantinePage = () => {
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
      </header>
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Skeleton />}
      {list.data?.items.length === 0 && (
        <Empty title="Nothing is in quarantine.">What cannot be understood is kept here with its bytes.</Empty>
      )}
      {retry.data && <p role="status">Tried again: {retry.data.outcome}.</p>}
      {retry.isError && <Failure error={retry.error} />}
      <ul className="quarantine">
        {list.data?.items.map(({ id, receivedAt, via, reason, size, attempts }) => (
          <li key={id}>
            <div>
              <p>{reason}</p>
              <p className="aside">
                {via} · {sizeOf(size)} · <Time at={receivedAt} as="ago" />
                {attempts > 1 && ` · tried ${attempts} times`}
              </p>
            </div>
            <button type="button" disabled={retry.isPending} onClick={() => retry.mutate(id)}>
              Try again
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
};
