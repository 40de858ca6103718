import type { Channel } from '../shapes.ts';
import { channelNames, periodOf } from '../words.ts';
import type { Bar } from './volume.ts';

/** What a bar says, beside the pointer. */
export const Readout = ({ bar, channels, part }: { bar: Bar; channels: readonly Channel[]; part: number }) => (
  <div className="readout" style={{ insetInlineStart: `${part * 100}%` }} data-end={part > 0.6 || undefined}>
    <b>{periodOf(bar.from, bar.to)}</b>
    {channels.map((channel) => {
      const count = bar.counts[channel];
      return (
        count !== undefined && (
          <span key={channel}>
            <i data-channel={channel} /> {channelNames[channel]} <b>{count.toLocaleString()}</b>
          </span>
        )
      );
    })}
    {bar.total === 0 && <span>Nothing</span>}
  </div>
);
