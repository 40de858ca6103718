import { useState } from 'react';
import type { Overview } from '../shapes.ts';
import { setFilter } from '../timeline/set-filter.ts';
import { useMoment } from '../then/context.ts';
import { timeThen } from '../then/then.ts';
import { useSight } from '../timeline/sight.ts';
import { VolumeChart } from './chart.tsx';
import { VolumeTable } from './table.tsx';

const brush = (from: string, to: string) => setFilter({ from, to });

/** How much was said when, above the line, and what of it is in sight; brushing it narrows the line to that period. */
export const Strip = ({ volume, marks }: { volume: Overview | undefined; marks: readonly number[] }) => {
  const sight = useSight();
  const { past } = useMoment();
  const [now] = useState(() => Date.now());
  if (!volume || volume.rows.length === 0) return <div className="strip" />;
  return (
    <figure className="strip" aria-label="Interactions per channel over time">
      <VolumeChart
        overview={volume}
        height={36}
        small
        until={now}
        sight={sight && [Date.parse(sight.from), Date.parse(sight.to)]}
        later={past && timeThen(past)}
        marks={marks}
        onBrush={brush}
      />
      <VolumeTable overview={volume} />
    </figure>
  );
};
