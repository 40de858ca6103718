import type { Overview } from '../shapes.ts';
import { Icon } from '../ui/icon.tsx';
import { barsOf, totalsOf } from '../volume/volume.ts';
import { channelNames } from '../words.ts';

/** Each channel's share: the key to the chart's colours, too. */
export const Channels = ({ overview }: { overview: Overview }) => {
  const totals = totalsOf(barsOf(overview, 1_000));
  const most = Math.max(1, ...Object.values(totals));
  return (
    <ul className="channels" aria-label="By channel">
      {overview.channels.map((channel) => {
        const count = totals[channel] ?? 0;
        return (
          <li key={channel} data-channel={channel}>
            <Icon name={channel} size={14} />
            <span>{channelNames[channel]}</span>
            <i style={{ width: `${(100 * count) / most}%` }} />
            <span className="num">{count.toLocaleString()}</span>
          </li>
        );
      })}
    </ul>
  );
};
