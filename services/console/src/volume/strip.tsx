import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback } from 'react';
import { get } from '../api.ts';
import { setQuery, useRoute } from '../route.ts';
import type { Overview } from '../shapes.ts';

const VolumeChart = lazy(async () => ({ default: (await import('./chart.tsx')).VolumeChart }));

/** How much was said when, above the line; brushing it narrows the line to that period. */
export const Strip = ({ customer }: { customer: string }) => {
  const { query } = useRoute();
  const volume = useQuery({
    queryKey: ['overview', customer],
    queryFn: ({ signal }) => get<Overview>('/v1/overview', { customer, bucket: 'month' }, signal),
  });
  const brush = useCallback((from: string, to: string) => setQuery({ from, to, at: undefined }), []);
  const narrowed = query.has('from') || query.has('to');
  return (
    <div className="strip">
      {volume.data && volume.data.rows.length > 1 && (
        <Suspense>
          <VolumeChart overview={volume.data} height={40} bare onBrush={brush} />
        </Suspense>
      )}
      {narrowed && (
        <button type="button" className="link" onClick={() => setQuery({ from: undefined, to: undefined })}>
          {query.get('from')?.slice(0, 10)} – {query.get('to')?.slice(0, 10)} ✕
        </button>
      )}
    </div>
  );
};
