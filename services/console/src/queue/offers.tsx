import { About } from '../matter/facts.tsx';
import type { Matter } from '../matter/shapes.ts';
import { Countdown } from '../ui/time.tsx';
import type { Row } from './steady.ts';
import { useName } from './use-desk.ts';

export type Answering = (matter: Matter, says: 'accept' | 'decline') => void;

type Props = { rows: readonly Row<Matter>[]; busy: boolean; onAnswer: Answering; onWhy: (matter: Matter) => void };

/** What waits for a yes or a no. It lies above the list like a ring, so that nothing below it moves. */
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
  return (
    <div className="offer">
      <div>
        <b>
          <bdi>{name}</bdi>
        </b>
        <About asked={matter.asked} />
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
