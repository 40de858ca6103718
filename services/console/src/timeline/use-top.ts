import { useCallback, useLayoutEffect, useRef } from 'react';
import type { Row } from './line.ts';

type Line = {
  /** Names the line that is drawn. */
  line: string;
  rows: readonly Row[];
  /** Where the reader went last, and whether that is a place on the line. */
  visit: number;
  hasPlace: boolean;
};

const goToTop = (): void => window.scrollTo({ top: 0 });

/** The top of the line: where one is on another line, and where one goes to see what came in. */
export const useTop = ({ line, rows, visit, hasPlace }: Line): (() => void) => {
  const here = `${visit} ${line}`;
  const was = useRef(here);
  useLayoutEffect(() => {
    if (was.current !== here && !hasPlace) goToTop();
    was.current = here;
  }, [here, hasPlace]);

  // What came in is drawn first: until then the line keeps in place what was read.
  const isAwaited = useRef(false);
  useLayoutEffect(() => {
    if (isAwaited.current && rows) goToTop();
    isAwaited.current = false;
  }, [rows]);
  return useCallback(() => {
    isAwaited.current = true;
  }, []);
};
