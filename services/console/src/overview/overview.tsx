import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { get } from '../api.ts';
import { setQuery, useRoute, useTitle, visitQuery } from '../route.ts';
import type { Overview } from '../shapes.ts';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { VolumeChart } from '../volume/chart.tsx';
import { VolumeTable } from '../volume/table.tsx';
import { dayMs, periodOf } from '../words.ts';
import { Channels } from './channels.tsx';
import { Totals } from './totals.tsx';

const buckets = { day: 'Day', week: 'Week', month: 'Month' } as const;
const grains = Object.keys(buckets) as Overview['bucket'][];

/** How much was said on which channel, over time. */
export const OverviewPage = () => {
  useTitle('Overview');
  const { query } = useRoute();
  const [from, to] = [query.get('from') ?? undefined, query.get('to') ?? undefined];
  const bucket = query.get('bucket') ?? grainOf(from, to);
  const volume = useQuery({
    queryKey: ['overview', bucket, from, to],
    queryFn: ({ signal }) => get<Overview>('/v1/overview', { bucket, from, to: lastMomentBefore(to) }, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="page">
      <header className="page-head">
        <h1>Overview</h1>
        {from && to && (
          <button type="button" className="chip" onClick={() => visitQuery({ from: undefined, to: undefined })}>
            {periodOf(Date.parse(from), Date.parse(to))} <Icon name="close" size={10} />
          </button>
        )}
        <fieldset className="segments" aria-label="Counted by">
          {grains.map((name) => (
            <button key={name} type="button" aria-pressed={name === bucket} onClick={() => setQuery({ bucket: name })}>
              {buckets[name]}
            </button>
          ))}
        </fieldset>
      </header>
      {volume.isError && <Failure error={volume.error} retry={() => void volume.refetch()} />}
      {volume.isPending && <Skeleton rows={8} />}
      {volume.data && <Counted overview={volume.data} narrowed={from !== undefined} />}
    </div>
  );
}; // prettier-ignore

const Counted = ({ overview, narrowed }: { overview: Overview; narrowed: boolean }) => {
  if (overview.rows.length === 0)
    return narrowed ? (
      <Empty title="Nothing was said in this period." />
    ) : (
      <Empty title="Nothing was captured yet." command="npx throughline import PATH" />
    );
  return (
    <>
      <Totals totals={overview.totals} />
      <figure className="overview-chart" aria-label="Interactions per channel over time">
        <VolumeChart overview={overview} height={280} onBrush={brush} />
        <VolumeTable overview={overview} />
      </figure>
      <Channels overview={overview} />
    </>
  );
};

const brush = (from: string, to: string) => visitQuery({ from, to, bucket: undefined });

// The API counts the whole day of its last moment.
const lastMomentBefore = (to: string | undefined): string | undefined =>
  to && new Date(Date.parse(to) - 1).toISOString();

// What a period is counted by, where the reader did not say.
const grainOf = (from: string | undefined, to: string | undefined): Overview['bucket'] => {
  if (!from || !to) return 'month';
  const days = (Date.parse(to) - Date.parse(from)) / dayMs;
  if (days <= 100) return 'day';
  return days <= 800 ? 'week' : 'month';
};
