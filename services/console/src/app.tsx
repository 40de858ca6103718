import { useState, useSyncExternalStore } from 'react';
import { SignIn, SignOut } from './access/sign-in.tsx';
import { token } from './access/token.ts';
import { useTenants } from './access/use-tenants.ts';
import { useMe } from './agent/use-agents.ts';
import { AccountPage } from './accounts/account.tsx';
import { AccountsPage } from './accounts/accounts.tsx';
import { ConnectionsPage } from './connections/connections.tsx';
import { CustomerPage } from './customer/customer.tsx';
import { HealthPage } from './health/health.tsx';
import { useKeys } from './keys.ts';
import { OverviewPage } from './overview/overview.tsx';
import { Help } from './palette/help.tsx';
import { Palette } from './palette/palette.tsx';
import { PeoplePage } from './people/people.tsx';
import { QuarantinePage } from './quarantine/quarantine.tsx';
import { QueuePage } from './queue/queue.tsx';
import { useMatters } from './queue/use-desk.ts';
import { RetentionPage } from './retention/retention.tsx';
import { navigate, useRoute } from './route.ts';
import { tenant } from './tenant.ts';
import { Icon, type IconName } from './ui/icon.tsx';
import { Place } from './ui/place.tsx';
import { Empty } from './ui/state.tsx';

// Pressing `g` and then the key leads there.
const places: readonly { href: string; name: string; icon: IconName; key: string }[] = [
  { href: '/', name: 'People', icon: 'people', key: 'p' },
  { href: '/accounts', name: 'Accounts', icon: 'accounts', key: 'a' },
  { href: '/queue', name: 'My queue', icon: 'queue', key: 'q' },
  { href: '/overview', name: 'Overview', icon: 'overview', key: 'o' },
  { href: '/connections', name: 'Connections', icon: 'connections', key: 'c' },
  { href: '/quarantine', name: 'Quarantine', icon: 'quarantine', key: 'u' },
  { href: '/doctor', name: 'Health', icon: 'health', key: 'd' },
  { href: '/retention', name: 'Retention', icon: 'retention', key: 'r' },
];

/** The page; or first who looks at it, where the server asks. */
export const App = () => (useSyncExternalStore(token.watch, token.isWanted) ? <SignIn /> : <Places />);

const Places = () => {
  const { path } = useRoute();
  const [finding, find] = useState(false);
  const [helping, help] = useState(false);
  useKeys({
    '/': () => find(true),
    'mod+k': () => find(true),
    '?': () => help(true),
    ...Object.fromEntries(places.map(({ href, key }) => [`g ${key}`, () => navigate(href)])),
  });
  const here = path.startsWith('/customers/') ? '/' : path.replace(/^\/accounts\/.*/, '/accounts');
  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <nav className="side" aria-label="Places">
        <Place className="brand" to="/">
          <img src="/mark.svg" alt="" width={20} height={20} /> Throughline
        </Place>
        <button type="button" className="find" onClick={() => find(true)}>
          <Icon name="search" size={14} /> Find <kbd>/</kbd>
        </button>
        <ul>
          {places.map(({ href, name, icon }) => (
            <li key={href}>
              <Place to={href} aria-current={here === href ? 'page' : undefined}>
                <Icon name={icon} /> {name} {href === '/queue' && <Offered />}
              </Place>
            </li>
          ))}
        </ul>
        <TenantChoice />
        <SignOut />
      </nav>
      <main id="main" tabIndex={-1}>
        <PageAt key={tenant.get()} path={path} />
      </main>
      <Palette key={`in ${tenant.get()}`} open={finding} onOpenChange={find} />
      {helping && <Help onClose={() => help(false)} />}
    </div>
  );
};

const PageAt = ({ path }: { path: string }) => {
  const [, kind, id] = /^\/(customers|accounts)\/([0-9a-f-]{36})$/.exec(path) ?? [];
  if (id) return kind === 'customers' ? <CustomerPage key={id} id={id} /> : <AccountPage key={id} id={id} />;
  if (path === '/accounts') return <AccountsPage />;
  if (path === '/') return <PeoplePage />;
  if (path === '/queue') return <QueuePage />;
  if (path === '/overview') return <OverviewPage />;
  if (path === '/connections') return <ConnectionsPage />;
  if (path === '/quarantine') return <QuarantinePage />;
  if (path === '/doctor') return <HealthPage />;
  if (path === '/retention') return <RetentionPage />;
  return (
    <Empty title="There is nothing at this address.">
      <Place to="/">To the people</Place>
    </Empty>
  );
};

// Wherever the reader is, they see that something is offered to them.
const Offered = () => {
  const matters = useMatters(useMe()?.id);
  const count = matters.data?.items.filter(({ state }) => state === 'offered').length ?? 0;
  return count > 0 ? (
    <span className="offered">
      {count} <span className="sr">offered to you</span>
    </span>
  ) : null;
};

const TenantChoice = () => {
  const { path } = useRoute();
  const shown = tenant.get();
  const names = useTenants();
  const offered = names.includes(shown) ? names : [...names, shown];
  if (offered.length < 2) return null;
  const choose = (name: string) => {
    tenant.remember(name);
    navigate(elsewhere(path, name));
  };
  return (
    <label className="tenant">
      Tenant
      <select value={shown} onChange={({ target }) => choose(target.value)}>
        {offered.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
};

// The same place in another tenant, without what is of this one only: a customer, an account, a matter, a connection.
const elsewhere = (path: string, name: string): string => {
  const query = new URLSearchParams(window.location.search);
  for (const part of ['matter', 'of']) query.delete(part);
  query.set('tenant', name);
  const [, kind, id] = path.split('/');
  return id
    ? (kind === 'accounts' ? '/accounts' : '/') + `?${new URLSearchParams({ tenant: name }).toString()}`
    : `${path}?${query.toString()}`;
};
