import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { setQuery } from '../route.ts';
import { entryOfRow, type Row } from './line.ts';

type Line = {
  rows: readonly Row[];
  top: number;
  bottom: number;
  isAtTop: boolean;
  isScrolling: boolean;
  /** Not yet where the link leads: what is in sight is not where the reader is. */
  isOnTheWay: boolean;
  scrollTo: (index: number) => void;
};

const afterMs = 250;

/** Where the reader is on the line: moved by the keyboard, followed by the scrolling, told by the URL. */
export const usePlace = ({ rows, top, bottom, isAtTop, isScrolling, isOnTheWay, scrollTo }: Line) => {
  const [current, setCurrent] = useState<string>();
  const [focus, setFocus] = useState<string>();
  const tell = useTell();
  const index = useMemo(
    () => (current === undefined ? -1 : rows.findIndex(({ key }) => key === current)),
    [rows, current],
  );

  // Who scrolled away from where the keyboard was goes on from what is in sight.
  const isAway = useRef(true);
  // The row that a key led to is still being scrolled to: that it is out of sight is nobody's wish.
  const isArriving = useRef(false);
  const goTo = useCallback(
    (row: Row, { focus: toFocus = false } = {}) => {
      isAway.current = false;
      setCurrent(row.key);
      setFocus(toFocus ? row.key : undefined);
      tell(row);
    },
    [tell],
  );

  const step = (by: 1 | -1) => {
    const inSight = by > 0 ? top : bottom;
    for (let at = isAway.current || index < 0 ? inSight : index + by; at >= 0 && at < rows.length; at += by) {
      if (!entryOfRow(rows[at])) continue;
      isArriving.current = true;
      scrollTo(at);
      goTo(rows[at]!, { focus: true });
      return;
    }
  };

  const scrolled = useRef(false);
  useEffect(() => {
    const isInSight = index >= top && index <= bottom;
    if (isInSight) isArriving.current = false;
    if (isScrolling) scrolled.current = true;
    if (isScrolling || !scrolled.current || isOnTheWay || isArriving.current) return;
    scrolled.current = false;
    if (isInSight) return;
    isAway.current = true;
    tell(isAtTop ? undefined : rows.slice(top).find(entryOfRow));
  }, [isScrolling, isOnTheWay, isAtTop, index, top, bottom, rows, tell]);

  return { current, focus, index, goTo, step };
};

/** The keyboard goes where the reader went, unless something is being typed elsewhere. */
export const takeFocus = (element: HTMLElement | null, wanted: boolean): void => {
  if (wanted && !document.activeElement?.closest('[role="dialog"], input, textarea, select'))
    element?.focus({ preventScroll: true });
};

// Browsers refuse an address that changes with every key that is held down.
const useTell = () => {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback((row: Row | undefined) => {
    clearTimeout(timer.current);
    const entry = entryOfRow(row);
    timer.current = setTimeout(() => setQuery({ at: entry?.id, on: entry?.occurredAt }), afterMs);
  }, []);
};
