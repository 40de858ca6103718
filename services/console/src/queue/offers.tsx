import { About } from '../matter/facts.tsx';
import type { Matter } from '../matter/shapes.ts';
import { Countdown } from '../ui/time.tsx';
import type { Row } from './steady.ts';
import { Place } from '../ui/place.tsx';
import { useName, usePacket } from './use-desk.ts';

export type Answering = (matter: Matter, says: 'accept' | 'decline') => void;

type Props = { rows: readonly Row<Matter>[]; busy: boolean; onAnswer: Answering; onWhy: (matter: Matter) => void };

/** What waits for a yes or a no, before all that has its owner. */
export const Offers = ({ rows, ...rest }: Props) => {
  const open = rows.filter(({ gone }) => !gone);
  return (
    <section className="offers" aria-label="Offered to you" data-empty={open.length === 0 || undefined}>
      <output className="sr">{open.length > 0 && `${open.length} offered to you`}</output>
      {open.map(({ item }, nth) => (
        <Offer key={item.id} matter={item} isFirst={nth === 0} {...rest} />
      ))}
    </section>
  );
};

type OfferProps = Omit<Props, 'rows'> & { matter: Matter; isFirst: boolean };

const Offer = ({ matter, isFirst, busy, onAnswer, onWhy }: OfferProps) => {
  const name = useName(matter.customer) ?? '…';
  const { asked, last } = usePacket(matter.id).data?.summary ?? {};
  return (
    <div className="offer">
      <div>
        <Place to={`/customers/${matter.customer}`}>
          <bdi>{name}</bdi>
        </Place>
        <About asked={matter.asked} />
        {(asked ?? last) && (
          <p className="offer-words" dir="auto">
            {asked ?? last}
          </p>
        )}
      </div>
      {matter.until && <Countdown until={matter.until} what="The offer lapses" />}
      <div className="actions">
        <button type="button" className="primary" disabled={busy} onClick={() => onAnswer(matter, 'accept')}>
          Accept {isFirst && <kbd>a</kbd>}
        </button>
        <button type="button" disabled={busy} onClick={() => onAnswer(matter, 'decline')}>
          Decline {isFirst && <kbd>d</kbd>}
        </button>
        <button type="button" className="link" onClick={() => onWhy(matter)}>
          Why me?
        </button>
      </div>
    </div>
  );
};
