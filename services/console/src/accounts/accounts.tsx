import { get } from '../api.ts';
import { Directory } from '../people/directory.tsx';
import { useTitle } from '../route.ts';
import type { Account, Page } from '../shapes.ts';
import { Place } from '../ui/place.tsx';
import { Time } from '../ui/time.tsx';
import { accountName, nameOf } from '../words.ts';

/** Organisations, the most recent activity first. */
export const AccountsPage = () => {
  useTitle('Accounts');
  return (
    <Directory
      title="Accounts"
      columns={['Name', 'Key', 'Owner', 'People', 'Last']}
      hint="A name, a domain …"
      none="No account yet."
      read={(query, signal) => get<Page<Account>>('/v1/accounts', query, signal)}
      renderRow={(account) => <Row key={account.id} account={account} />}
    />
  );
};

const Row = ({ account }: { account: Account }) => (
  <li>
    <Place to={`/accounts/${account.id}`} className="person">
      <b>
        <bdi>{accountName(account)}</bdi>
      </b>
      <span>{account.name && account.key}</span>
      <span>{account.owner && nameOf(account.owner)}</span>
      <span className="num">
        {account.customers?.toLocaleString()} <span className="sr">people</span>
      </span>
      <span className="num">{account.lastAt && <Time at={account.lastAt} as="ago" />}</span>
    </Place>
  </li>
);
