import type { Customer } from '../shapes.ts';
import { Place } from '../ui/place.tsx';
import { Time } from '../ui/time.tsx';
import { accountName, bare, customerName, nameOf } from '../words.ts';

/** Somebody in a list: name, addresses, organisation, who is responsible, how much was said and when last. */
export const Person = ({ person }: { person: Customer }) => {
  const { handles, accounts, owner, entries, lastAt } = person;
  const addresses = handles.map(({ handle }) => (handle ? bare(handle) : 'not shown'));
  return (
    <li>
      <Place to={`/customers/${person.id}`} className="person">
        <b>
          <bdi>{customerName(person)}</bdi>
        </b>
        <span>{[...accounts.map(accountName), ...addresses.slice(0, 3)].join(' · ')}</span>
        <span>{owner && nameOf(owner)}</span>
        <span className="num">
          {entries?.toLocaleString()} <span className="sr">entries</span>
        </span>
        <span className="num">{lastAt && <Time at={lastAt} as="ago" />}</span>
      </Place>
    </li>
  );
};
