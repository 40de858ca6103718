import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useLayoutEffect, useState } from 'react';
import type { Row } from './line.ts';
import { heightOf } from './height.ts';

type Of = RefObject<HTMLElement | null>;

/**
 * The rows that are in sight, of however many; the page scrolls, not a box within it. `line` names the line that they are
 * of: while it is the same, what is added before the rows or taken from them leaves what is being read where it is.
 */
export const useLine = (line: string, rows: readonly Row[], list: Of, bar: Of) => {
  const { margin, covered } = useMargins(list, bar);
  const [drawn, draw] = useState(line);
  if (drawn !== line) draw(line);
  // oxlint-disable-next-line react/incompatible-library -- nothing that it returns is memoized here
  const virtual = useWindowVirtualizer<HTMLDivElement>({
    count: rows.length,
    estimateSize: useCallback((at) => heightOf(rows[at]), [rows]),
    // Another function would mean other rows, and all of them be measured again.
    getItemKey: useCallback((at) => rows[at]?.key ?? at, [rows]),
    overscan: 10,
    scrollMargin: margin,
    scrollPaddingStart: covered + 8,
    scrollPaddingEnd: 24,
    anchorTo: drawn === line ? 'end' : 'start',
  });
  const items = virtual.getVirtualItems();
  const offset = virtual.scrollOffset ?? 0;
  const from = offset + covered;
  const until = offset + (virtual.scrollRect?.height ?? 0);
  const top = items.find(({ end }) => end > from)?.index ?? 0;
  const bottom = items.findLast(({ start }) => start < until)?.index ?? 0;
  return { virtual, items, margin, top, bottom, isAtTop: from <= margin + 8 };
};

/** How far below the top of the page the list begins, and how much of the window the bar covers where it sticks. */
const useMargins = (list: Of, bar: Of) => {
  const [margins, setMargins] = useState({ margin: 0, covered: 0 });
  useLayoutEffect(() => {
    const { current: rows } = list;
    const { current: stuck } = bar;
    if (!rows || !stuck) return;
    const measure = () => {
      const margin = rows.getBoundingClientRect().top + window.scrollY;
      const covered = (Number.parseFloat(getComputedStyle(stuck).top) || 0) + stuck.offsetHeight;
      setMargins((is) => (is.margin === margin && is.covered === covered ? is : { margin, covered }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    for (const element of document.querySelectorAll('[data-above-line], .timeline, .bar')) observer.observe(element);
    return () => observer.disconnect();
  }, [list, bar]);
  return margins;
};
