import { get } from '../api.ts';
import { useTitle } from '../route.ts';
import type { Customer, Page } from '../shapes.ts';
import { Directory } from './directory.tsx';
import { Person } from './person.tsx';

/** Everybody, the most recent activity first; or those whom a name or a handle finds. */
export const PeoplePage = () => {
  useTitle('People');
  return (
    <Directory
      title="People"
      columns={['Name', 'Addresses', 'Owner', 'Entries', 'Last']}
      hint="A name, a mail address, a number …"
      none="Nobody yet."
      read={(query, signal) => get<Page<Customer>>('/v1/customers', query, signal)}
      renderRow={(person) => <Person key={person.id} person={person} />}
    />
  );
};
