import type { KeyboardEvent } from 'react';
import { About, Deadline, dueOf } from '../matter/facts.tsx';
import type { Matter } from '../matter/shapes.ts';
import { navigate } from '../route.ts';
import { Place } from '../ui/place.tsx';
import { Time } from '../ui/time.tsx';
import { useName } from './use-desk.ts';

type Props = { matter: Matter; gone: boolean; chosen: boolean };

/** A matter on somebody's desk: whose, about what, by when. Pressed once it is looked at, again it is gone to. */
export const MatterRow = ({ matter, gone, chosen }: Props) => {
  const { id, customer, asked, since } = matter;
  const name = useName(customer) ?? '…';
  const open = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !chosen) return;
    event.preventDefault();
    navigate(`/customers/${customer}`);
  };
  return (
    <Place
      to={`/queue?matter=${id}`}
      className="matter"
      aria-current={chosen || undefined}
      data-gone={gone || undefined}
      onKeyDown={open}
    >
      <b>
        <bdi>{name}</bdi>
      </b>
      <About asked={asked} />
      <span className="num">
        {gone && 'no longer yours'}
        {!gone && dueOf(matter) && <Deadline matter={matter} />}
        {!gone && !dueOf(matter) && (
          <span className="dim">
            <span className="sr">began </span>
            <Time at={since} as="ago" />
          </span>
        )}
      </span>
    </Place>
  );
};
