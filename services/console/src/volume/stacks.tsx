import type { Channel } from '../shapes.ts';
import type { Bar } from './volume.ts';

type Props = {
  bars: readonly Bar[];
  channels: readonly Channel[];
  height: number;
  /** Where on the axis of time a moment is (ms → px). */
  x: (time: number) => number;
  /** How high a bar of so many is. */
  y: (total: number) => number;
};

/** The bars, channel above channel; one path for each channel, however many bars there are. */
export const Stacks = ({ bars, channels, height, x, y }: Props) => {
  const below = bars.map(() => 0);
  return channels.map((channel) => {
    let path = '';
    bars.forEach(({ from, to, counts, total }, at) => {
      const count = counts[channel] ?? 0;
      if (count === 0) return;
      const left = Math.round(x(from));
      const wide = Math.max(1, Math.round(x(to)) - left - 1);
      // Less than a pixel would not be seen at all.
      const high = Math.max(1, (y(total) * count) / total);
      const base = height - below[at]!;
      below[at]! += high;
      path += `M${left} ${base.toFixed(1)}h${wide}v${(-high).toFixed(1)}h${-wide}z`;
    });
    return <path key={channel} data-channel={channel} d={path} />;
  });
};
