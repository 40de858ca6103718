import { type ReactNode, useMemo, useState } from 'react';
import { useKeys } from '../keys.ts';
import { Problem } from '../problem.ts';
import { Icon } from '../ui/icon.tsx';
import { Empty, Failure } from '../ui/state.tsx';
import { Choose } from './choose.tsx';
import { MomentContext } from './context.ts';
import { goToNow } from './moment.ts';
import { aheadSaid, type Then, thenSaid } from './then.ts';

type Props = {
  past: Then | undefined;
  /** Up to which position what is shown was known. */
  position: number | undefined;
  children: ReactNode;
};

/** A page that can be looked at as of another moment: plainly of the past while it is, and one press away from now. */
export const Moment = ({ past, position, children }: Props) => {
  const [choosing, setChoosing] = useState(false);
  const moment = useMemo(() => ({ past, choose: () => setChoosing(true) }), [past]);
  useKeys({ h: moment.choose, ...(past && { Escape: goToNow }) });
  return (
    <MomentContext value={moment}>
      <div className="moment" data-past={past && ''}>
        {past && <Band past={past} position={position} onChoose={moment.choose} />}
        {children}
      </div>
      {choosing && <Choose past={past} onClose={() => setChoosing(false)} />}
    </MomentContext>
  );
};

type BandProps = { past: Then; position: number | undefined; onChoose: () => void };

const Band = ({ past, position, onChoose }: BandProps) => (
  <section className="band" aria-label="The past" data-above-line="">
    <Icon name="past" />
    <p>
      <b>You are looking at the past.</b> {thenSaid(past)}. <span>{aheadSaid(past, position)}</span>
    </p>
    <button type="button" className="link" onClick={onChoose}>
      Another moment <kbd>h</kbd>
    </button>
    <button type="button" className="primary" onClick={goToNow}>
      Back to now <kbd>Esc</kbd>
    </button>
  </section>
);

type NotThenProps = { error: unknown; retry: () => void };

/** There is nothing to be shown of that moment: why, and the way back. */
export const NotThen = ({ error, retry }: NotThenProps) => {
  if (!(error instanceof Problem) || error.status >= 500) return <Failure error={error} retry={retry} />;
  const isUnknown = error.status === 404;
  return (
    <>
      <h1 className="sr">The past</h1>
      <Empty title={isUnknown ? 'Nothing was known of this customer then.' : error.title}>
        <p>{isUnknown ? 'Their first touch came in later.' : error.message}</p>
        <button type="button" onClick={goToNow}>
          Back to now
        </button>
      </Empty>
    </>
  );
};
