import { type RefObject, useEffect, useEffectEvent, useState } from 'react';

/** A stretch of the chart, in parts of its width. */
export type Stretch = readonly [number, number];

type Brush = { onHover: (at: number | undefined) => void; onBrush: ((stretch: Stretch) => void) | undefined };

/** Pressing and drawing over a chart: the stretch while it is drawn; what it came to is told at the end. */
export const useBrush = (chart: RefObject<Element | null>, { onHover, onBrush }: Brush): Stretch | undefined => {
  const [stretch, setStretch] = useState<Stretch>();
  const hover = useEffectEvent(onHover);
  const end = useEffectEvent((drawn: Stretch) => onBrush?.(drawn));
  const brushes = onBrush !== undefined;
  useEffect(() => {
    const element = chart.current;
    if (!element) return;
    let start: number | undefined;
    const at = ({ clientX }: PointerEvent) => {
      const { left, width } = element.getBoundingClientRect();
      return Math.min(1, Math.max(0, (clientX - left) / width));
    };
    const ordered = (a: number, b: number): Stretch => [Math.min(a, b), Math.max(a, b)];
    const signal = new AbortController();
    const on = (name: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointerleave' | 'pointercancel', act: (event: PointerEvent) => void) =>
      element.addEventListener(name, act as EventListener, { signal: signal.signal }); // prettier-ignore
    on('pointerdown', (event) => {
      if (!brushes || event.button !== 0) return;
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
      start = at(event);
    });
    on('pointermove', (event) => {
      if (start === undefined) hover(at(event));
      else setStretch(ordered(start, at(event)));
    });
    on('pointerup', (event) => {
      if (start !== undefined) end(ordered(start, at(event)));
      start = undefined;
      setStretch(undefined);
    });
    on('pointercancel', () => {
      start = undefined;
      setStretch(undefined);
    });
    on('pointerleave', () => hover(undefined));
    return () => signal.abort();
  }, [chart, brushes]);
  return stretch;
};
