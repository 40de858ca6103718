import type { ReactNode } from 'react';
import { follow } from '../route.ts';

/** A link within the page. */
export const Place = ({ to, className, children }: { to: string; className?: string; children: ReactNode }) => (
  <a href={to} className={className} onClick={follow}>
    {children}
  </a>
);
