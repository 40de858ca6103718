import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useState } from 'react';
import type { Row } from './line.ts';
import { heightOf } from './row.tsx';

const scroller = (): HTMLElement | null => document.getElementById('main');

/** The rows that are in sight, of however many; the page scrolls, not a box within it. */
export const useLine = (
  rows: readonly Row[],
  list: RefObject<HTMLElement | null>,
  bar: RefObject<HTMLElement | null>,
) => {
  const { margin, covered } = useMargins(list, bar);
  // oxlint-disable-next-line react/incompatible-library -- nothing that it returns is memoized here
  const virtual = useVirtualizer<HTMLElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: scroller,
    estimateSize: (at) => heightOf(rows[at]),
    getItemKey: (at) => rows[at]?.key ?? at,
    overscan: 10,
    scrollMargin: margin,
    scrollPaddingStart: covered + 8,
    scrollPaddingEnd: 24,
    // What is added before the line or taken from it leaves what is being read where it is.
    anchorTo: 'end',
  });
  const items = virtual.getVirtualItems();
  const from = (virtual.scrollOffset ?? 0) + covered;
  const top = items.find(({ end }) => end > from)?.index ?? 0;
  const until = (virtual.scrollOffset ?? 0) + (virtual.scrollRect?.height ?? 0);
  const bottom = items.findLast(({ start }) => start < until)?.index ?? 0;
  return { virtual, items, margin, top, bottom, isAtTop: from <= margin + 8 };
};

/** How far below the top of what scrolls the list begins, and how much of it the bar covers where it sticks. */
const useMargins = (list: RefObject<HTMLElement | null>, bar: RefObject<HTMLElement | null>) => {
  const [margins, setMargins] = useState({ margin: 0, covered: 0 });
  useLayoutEffect(() => {
    const main = scroller();
    const { current: rows } = list;
    const { current: stuck } = bar;
    if (!main || !rows || !stuck) return;
    const measure = () => {
      const margin = rows.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop;
      const covered = (Number.parseFloat(getComputedStyle(stuck).top) || 0) + stuck.offsetHeight;
      setMargins((is) => (is.margin === margin && is.covered === covered ? is : { margin, covered }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (const element of [main, stuck, ...main.querySelectorAll('[data-above-line], .timeline')])
      observer.observe(element);
    return () => observer.disconnect();
  }, [list, bar]);
  return margins;
};
