import { type RefObject, useLayoutEffect, useState } from 'react';

/** How wide an element is now. */
export const useSize = (of: RefObject<Element | null>): { width: number } => {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = of.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return { width };
};
