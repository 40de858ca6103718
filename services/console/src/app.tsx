import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { AccountPage } from './accounts/account.tsx';
import { AccountsPage } from './accounts/accounts.tsx';
import { get, tenant } from './api.ts';
import { CustomerPage } from './customer/customer.tsx';
import { useKeys } from './keys.ts';
import { OverviewPage } from './overview/overview.tsx';
import { Help } from './palette/help.tsx';
import { Palette } from './palette/palette.tsx';
import { PeoplePage } from './people/people.tsx';
import { QuarantinePage } from './quarantine/quarantine.tsx';
import { follow, navigate, useRoute } from './route.ts';
import type { Page } from './shapes.ts';
import { Icon, type IconName } from './ui/icon.tsx';
import { Empty } from './ui/state.tsx';

const places: readonly { href: string; name: string; icon: IconName }[] = [
  { href: '/', name: 'People', icon: 'people' },
  { href: '/accounts', name: 'Accounts', icon: 'accounts' },
  { href: '/overview', name: 'Overview', icon: 'overview' },
  { href: '/quarantine', name: 'Quarantine', icon: 'quarantine' },
];

export const App = () => {
  const { path } = useRoute();
  const [finding, find] = useState(false);
  const [helping, help] = useState(false);
  useKeys({ '/': () => find(true), 'mod+k': () => find(true), '?': () => help(true) });
  const here = path.startsWith('/customers/') ? '/' : path.replace(/^\/accounts\/.*/, '/accounts');
  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <nav className="side" aria-label="Places">
        <a className="brand" href="/" onClick={follow}>
          <img src="/mark.svg" alt="" width={20} height={20} /> Throughline
        </a>
        <button type="button" className="find" onClick={() => find(true)}>
          <Icon name="search" size={14} /> Find <kbd>/</kbd>
        </button>
        <ul>
          {places.map(({ href, name, icon }) => (
            <li key={href}>
              <a href={href} onClick={follow} aria-current={here === href ? 'page' : undefined}>
                <Icon name={icon} /> {name}
              </a>
            </li>
          ))}
        </ul>
        <TenantChoice />
      </nav>
      <main id="main" tabIndex={-1}>
        <PageAt path={path} />
      </main>
      <Palette open={finding} onOpenChange={find} />
      <Help open={helping} onOpenChange={help} />
    </div>
  );
};

const PageAt = ({ path }: { path: string }) => {
  const [, kind, id] = /^\/(customers|accounts)\/([0-9a-f-]{36})$/.exec(path) ?? [];
  if (id) return kind === 'customers' ? <CustomerPage key={id} id={id} /> : <AccountPage key={id} id={id} />;
  if (path === '/accounts') return <AccountsPage />;
  if (path === '/') return <PeoplePage />;
  if (path === '/overview') return <OverviewPage />;
  if (path === '/quarantine') return <QuarantinePage />;
  return <Empty title="There is nothing at this address." />;
};

const TenantChoice = () => {
  const queries = useQueryClient();
  const tenants = useQuery({
    queryKey: ['tenants'],
    queryFn: ({ signal }) => get<Page<{ name: string }>>('/v1/tenants', {}, signal),
    staleTime: Infinity,
  });
  if ((tenants.data?.items.length ?? 0) < 2) return null;
  const choose = (name: string) => {
    tenant.set(name);
    navigate('/');
    void queries.resetQueries();
  };
  return (
    <label className="tenant">
      Tenant
      <select defaultValue={tenant.get()} onChange={({ target }) => choose(target.value)}>
        {tenants.data?.items.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
};
