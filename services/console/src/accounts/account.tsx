import { useQuery } from '@tanstack/react-query';
import { get, sinceWritten } from '../api.ts';
import { Person } from '../people/person.tsx';
import { Relationship } from '../relationship/relationship.tsx';
import { useTitle } from '../route.ts';
import type { Account, Customer, Page } from '../shapes.ts';
import { Ahead } from '../timeline/ahead.tsx';
import { Place } from '../ui/place.tsx';
import { Failure, Skeleton } from '../ui/state.tsx';
import { accountName, nameOf } from '../words.ts';

/** An organisation: its people, who is responsible, and the line of all of them together. */
export const AccountPage = ({ id }: { id: string }) => {
  const account = useQuery({
    queryKey: ['account', `accounts/${id}`],
    queryFn: ({ signal }) => get<Account>(`/v1/accounts/${id}`, sinceWritten(), signal),
  });
  useTitle(account.data && accountName(account.data));
  const onward = <Place to="/accounts">To the accounts</Place>;
  if (account.isError) return <Failure error={account.error} retry={() => void account.refetch()} onward={onward} />;
  if (!account.data) return <Skeleton rows={8} />;
  const { key, name } = account.data;
  return (
    <Relationship
      of={`accounts/${id}`}
      name={accountName(account.data)}
      also={name && key}
      writes={['owner']}
      renderAhead={() => <Ahead brief={undefined} />}
      renderBeside={() => <Beside account={account.data} />}
    />
  );
};

const Beside = ({ account: { id, owner } }: { account: Account }) => (
  <section className="brief" aria-label="About the account">
    <section className="card" aria-label="Responsible">
      <h2>Responsible</h2>
      {owner ? <p className="answer">{nameOf(owner)}</p> : <p className="unknown">Nobody yet.</p>}
    </section>
    <section className="card" aria-label="People">
      <h2>People</h2>
      <PeopleOf account={id} />
    </section>
  </section>
);

const PeopleOf = ({ account }: { account: string }) => {
  const people = useQuery({
    queryKey: ['people', `accounts/${account}`],
    queryFn: ({ signal }) => get<Page<Customer>>('/v1/customers', { account, limit: 100 }, signal),
  });
  if (people.isError) return <Failure error={people.error} retry={() => void people.refetch()} />;
  if (!people.data) return null;
  return (
    <ul className="people people-short">
      {people.data.items.map((person) => (
        <Person key={person.id} person={person} />
      ))}
    </ul>
  );
};
