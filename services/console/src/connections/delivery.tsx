import { useName } from '../queue/use-desk.ts';
import { Place } from '../ui/place.tsx';
import { Countdown, Time } from '../ui/time.tsx';
import type { Delivery } from './shapes.ts';
import { useDecide } from './use-writeback.ts';
import { reasonOf, recordNames, remedyOf, stateNames } from './words.ts';

type Props = { delivery: Delivery };

/** One thing written to a CRM: what, where it is there, or why it is not and what to do. */
export const DeliveryRow = ({ delivery }: Props) => {
  const { record, state, customer, changedAt, attempts, connectionName } = delivery;
  const name = useName(customer) ?? '…';
  return (
    <li className="delivery" data-state={state}>
      <div>
        <p>
          <b>{recordNames[record]}</b> of{' '}
          <Place to={`/customers/${customer}`}>
            <bdi>{name}</bdi>
          </Place>
        </p>
        <Outcome delivery={delivery} />
        <p className="aside">
          {connectionName} · {stateNames[state]} <Time at={changedAt} as="ago" />
          {attempts > 1 && ` · tried ${attempts} times`}
        </p>
      </div>
      {state !== 'confirmed' && state !== 'dropped' && <Decide delivery={delivery} />}
    </li>
  );
};

const Outcome = ({ delivery: { state, reason, detail, waits, nextTryAt, made, remote, page } }: { delivery: Delivery }) => {
  switch (state) {
    case 'confirmed':
      return made === 'unchanged' ? (
        <p className="aside">The CRM had it already.</p>
      ) : (
        <p className="aside">
          {made === 'updated' ? 'Changed' : 'Written'}
          {remote && ' as '}
          {page ? (
            <a href={page} target="_blank" rel="noopener noreferrer">
              {remote} ↗
            </a>
          ) : (
            remote && <code>{remote}</code>
          )}
        </p>
      );
    case 'open':
      return (
        <p className="aside">
          {waits ? `Waits ${waits}` : 'Is being written'}
          {reason && `: ${reasonOf(reason)}`}
          {nextTryAt && (
            <>
              , next in <Countdown until={nextTryAt} what="Next try" />
            </>
          )}
        </p>
      );
    case 'rejected':
    case 'parked':
    case 'dropped':
      return (
        <>
          {reason && <p className={state === 'dropped' ? 'aside' : 'problem'}>{detail ?? reasonOf(reason)}</p>}
          {state !== 'dropped' && <p>{remedyOf(reason)}</p>}
        </>
      );
  }
}; // prettier-ignore

const Decide = ({ delivery }: { delivery: Delivery }) => {
  const decide = useDecide(delivery);
  const aside = delivery.state !== 'open';
  return (
    <div className="actions">
      {aside && (
        <button type="button" disabled={decide.isPending} onClick={() => decide.mutate('retry')}>
          Try again
        </button>
      )}
      <button type="button" disabled={decide.isPending} onClick={() => decide.mutate('drop')}>
        Drop
      </button>
      {decide.isError && <span className="problem">{decide.error.message}</span>}
    </div>
  );
};
