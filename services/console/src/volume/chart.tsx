import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Channel, Overview } from '../shapes.ts';
import { channelNames } from '../words.ts';

type Props = {
  overview: Overview;
  height: number;
  /** Small and without axes: a strip. */
  bare?: boolean;
  /** The reader brushed a period. */
  onBrush?: (from: string, to: string) => void;
};

const colourOf = (channel: Channel): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--channel-${channel}`).trim() || '#8a8f98';

/** Interactions per channel over time, stacked; the same numbers stand in a table for those who do not see it. */
export const VolumeChart = ({ overview, height, bare = false, onBrush }: Props) => {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element || overview.rows.length === 0) return;
    const plot = new uPlot(
      optionsOf(overview, { width: element.clientWidth, height, bare, onBrush }),
      stacked(overview),
      element,
    );
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [overview, height, bare, onBrush]);
  return (
    <figure className="volume" aria-label="Interactions per channel over time">
      <div ref={host} aria-hidden="true" />
      {!bare && <Legend channels={overview.channels} />}
      <table className="sr">
        <caption>Interactions per channel over time</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            {overview.channels.map((channel) => (
              <th key={channel} scope="col">
                {channelNames[channel]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {overview.rows.map(({ at, counts }) => (
            <tr key={at}>
              <th scope="row">{at.slice(0, 10)}</th>
              {overview.channels.map((channel) => (
                <td key={channel}>{counts[channel] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
};

const Legend = ({ channels }: { channels: readonly Channel[] }) => (
  <figcaption className="legend">
    {channels.map((channel) => (
      <span key={channel}>
        <i data-channel={channel} /> {channelNames[channel]}
      </span>
    ))}
  </figcaption>
);

// The tallest series is drawn first, each lower one over it: what is seen of each is its own share.
const stacked = ({ channels, rows }: Overview): uPlot.AlignedData => {
  const times = rows.map(({ at }) => Date.parse(at) / 1_000);
  const sums = rows.map(() => 0);
  const layers = channels.map((channel) =>
    rows.map(({ counts }, at) => (sums[at] = sums[at]! + (counts[channel] ?? 0))),
  );
  return [times, ...layers.toReversed()];
};

const optionsOf = (
  { channels }: Overview,
  { width, height, bare, onBrush }: { width: number; height: number; bare: boolean; onBrush: Props['onBrush'] },
): uPlot.Options => {
  const style = getComputedStyle(document.documentElement);
  const axis = {
    stroke: style.getPropertyValue('--dim').trim(),
    grid: { stroke: style.getPropertyValue('--edge').trim(), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    padding: bare ? [0, 0, 0, 0] : [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: onBrush !== undefined, y: false, setScale: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max)] } },
    axes: bare ? [{ show: false }, { show: false }] : [axis, { ...axis, size: 40 }],
    series: [
      {},
      ...channels.toReversed().map((channel) => ({
        label: channelNames[channel],
        fill: colourOf(channel),
        stroke: colourOf(channel),
        width: 0,
        paths: uPlot.paths.bars!({ size: [0.8, 48], radius: bare ? 0 : 0.1 }),
        points: { show: false },
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select;
          if (wide < 4 || !onBrush) return;
          const at = (x: number) => new Date(plot.posToVal(x, 'x') * 1_000).toISOString();
          onBrush(at(left), at(left + wide));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
};
