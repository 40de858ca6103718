import type { AnchorHTMLAttributes } from 'react';
import { follow } from '../route.ts';
import { tenant } from '../tenant.ts';

type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick'> & { to: string };

/** A link within the page, and within the tenant that it shows. */
export const Place = ({ to, children, ...rest }: Props) => (
  <a href={tenant.hrefOf(to)} onClick={follow} {...rest}>
    {children}
  </a>
);
