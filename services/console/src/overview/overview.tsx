import { useQuery } from '@tanstack/react-query';
import { get } from '../api.ts';
import { setQuery, useRoute } from '../route.ts';
import type { Overview } from '../shapes.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { VolumeChart } from '../volume/chart.tsx';

const buckets = ['day', 'week', 'month'] as const;

/** How much came in on which channel, over time. */
export const OverviewPage = () => {
  const { query } = useRoute();
  const bucket = query.get('bucket') ?? 'month';
  const volume = useQuery({
    queryKey: ['overview', 'all', bucket],
    queryFn: ({ signal }) => get<Overview>('/v1/overview', { bucket }, signal),
  });
  return (
    <div className="page">
      <header className="page-head">
        <h1>Overview</h1>
        <div className="segments" role="group" aria-label="Counted by">
          {buckets.map((name) => (
            <button key={name} type="button" aria-pressed={name === bucket} onClick={() => setQuery({ bucket: name })}>
              {name}
            </button>
          ))}
        </div>
      </header>
      {volume.isError && <Failure error={volume.error} retry={() => void volume.refetch()} />}
      {volume.isPending && <Skeleton rows={8} />}
      {volume.data && <Totals totals={volume.data.totals} />}
      {volume.data &&
        (volume.data.rows.length === 0 ? (
          <Empty title="Nothing was captured yet." command="npx throughline import PATH" />
        ) : (
          <VolumeChart overview={volume.data} height={320} />
        ))}
    </div>
  );
};

const Totals = ({ totals }: { totals: Overview['totals'] }) => (
  <dl className="totals">
    {Object.entries(totals).map(([name, count]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{count.toLocaleString()}</dd>
      </div>
    ))}
  </dl>
);
