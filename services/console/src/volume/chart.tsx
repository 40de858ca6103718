import { useRef, useState } from 'react';
import type { Overview } from '../shapes.ts';
import { useSize } from '../ui/use-size.ts';
import { tickOf } from '../words.ts';
import { Readout } from './readout.tsx';
import { Stacks } from './stacks.tsx';
import { type Stretch, useBrush } from './use-brush.ts';
import { type Bar, barIs, barsOf, roundUp, ticksOf } from './volume.ts';

type Props = {
  overview: Overview;
  height: number;
  /** Small: without a scale of numbers, and little beside much can still be seen. */
  small?: boolean;
  /** The chart goes on to here, though nothing was said. */
  until?: number;
  /** Times (ms) that are in sight elsewhere. */
  sight?: Stretch;
  /** From then on (ms) it had not happened yet, as of the moment that is looked at. */
  later?: number | undefined;
  /** Times (ms) that are pointed at. */
  marks?: readonly number[];
  /** The reader chose a period; RFC 3339. */
  onBrush?: (from: string, to: string) => void;
};

const tickRoom = 64;
// A label begins at its tick: so much it needs before the end, not to be cut.
const tickText = 40;

/** How much was said when on which channel. For the eye and the pointer; {@link VolumeTable} says the same in words. */
export const VolumeChart = ({ overview, height, small = false, until, sight, later, marks = [], onBrush }: Props) => {
  const plot = useRef<HTMLDivElement>(null);
  const { width } = useSize(plot);
  const most = Math.max(12, width / (small ? 4 : 9));
  const bars = barsOf(overview, most, until);
  const { from, to, part } = axisOf(bars);
  const x = (time: number) => part(time) * width;
  const barAt = (at: number) => bars.findLast((bar) => bar.from <= from + at * (to - from));
  const [hovered, hover] = useState<number>();
  const brush = ([start, end]: Stretch) => {
    const [first, last] = [barAt(start), barAt(end)];
    if (first && last) onBrush?.(new Date(first.from).toISOString(), new Date(last.to).toISOString());
  };
  const brushed = useBrush(plot, { onHover: hover, onBrush: onBrush && brush });
  const top = Math.max(1, ...bars.map(({ total }) => total));
  const scale = small ? top : roundUp(top);
  const y = (total: number) => (small ? Math.sqrt(total / scale) : total / scale) * (height - 2);
  const shown = hovered === undefined || brushed ? undefined : barAt(hovered);
  return (
    <div className="chart" data-small={small || undefined} data-brushes={onBrush && ''} aria-hidden="true">
      <div className="chart-plot" ref={plot} style={{ height }}>
        {!small && <Grid scale={scale} />}
        {!small && barIs(overview, most, until) !== overview.bucket && (
          <p className="chart-grain">a bar is a {barIs(overview, most, until)}</p>
        )}
        <svg width={width} height={height}>
          {shown && <Shade name="hover" from={x(shown.from)} to={x(shown.to)} height={height} />}
          <Stacks bars={bars} channels={overview.channels} height={height} x={x} y={y} />
          {brushed && <Shade name="brush" from={brushed[0] * width} to={brushed[1] * width} height={height} />}
        </svg>
        {sight && <i className="chart-sight" style={sightAt(part(sight[0]), part(sight[1]))} />}
        {later !== undefined && (
          <i className="chart-later" style={{ insetInlineStart: percent(inside(part(later))) }} />
        )}
        {marks.map((time) => (
          <i key={time} className="chart-mark" style={{ insetInlineStart: percent(part(time)) }} />
        ))}
        {shown && <Readout bar={shown} channels={overview.channels} part={part((shown.from + shown.to) / 2)} />}
      </div>
      <div className="chart-ticks">
        {ticksOf(from, to, Math.floor(width / tickRoom))
          .filter((tick) => (1 - part(tick)) * width >= tickText)
          .map((tick) => (
            <span key={tick} style={{ insetInlineStart: percent(part(tick)) }}>
              {tickOf(tick)}
            </span>
          ))}
      </div>
    </div>
  );
};

const axisOf = (bars: readonly Bar[]) => {
  const from = bars[0]?.from ?? 0;
  const to = bars.at(-1)?.to ?? 1;
  return { from, to, part: (time: number) => (time - from) / (to - from) };
};

// Places are parts of the width, so that they are within it at once when it changes.
const percent = (part: number) => `${part * 100}%`;

const inside = (part: number): number => Math.max(0, Math.min(part, 1));

const Shade = ({ name, from, to, height }: { name: string; from: number; to: number; height: number }) => (
  <rect className={`chart-${name}`} x={from} width={to - from} height={height} />
);

const sightAt = (from: number, to: number) => {
  const [start, end] = [inside(from), inside(to)];
  return { insetInlineStart: `min(${percent(start)}, 100% - 4px)`, width: `max(4px, ${percent(end - start)})` };
};

const Grid = ({ scale }: { scale: number }) => (
  <div className="chart-grid">
    {[1, 0.5].map((part) => (
      <span key={part} style={{ insetBlockEnd: `${part * 100}%` }}>
        {Number.isInteger(scale * part) && (scale * part).toLocaleString()}
      </span>
    ))}
  </div>
);
