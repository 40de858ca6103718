const fallback = 'default';
const lastKey = 'throughline.tenant';

const inAddress = (): string | null => new URLSearchParams(window.location.search).get('tenant');

/** Whose data the page shows: the address says it, so that a link leads to the same for everybody. */
export const tenant = {
  get: (): string => inAddress() || fallback,

  /** Whether the address says it. */
  isNamed: (): boolean => Boolean(inAddress()),

  /** The address of a place within a tenant: the one that it names, else the one that is shown. */
  hrefOf: (href: string): string => {
    const url = new URL(href, window.location.href);
    const name = url.searchParams.get('tenant') || tenant.get();
    if (name === fallback) url.searchParams.delete('tenant');
    else url.searchParams.set('tenant', name);
    return url.pathname + url.search;
  },

  /** A new window in which somebody asks for nothing else begins with it. */
  remember: (name: string): void => localStorage.setItem(lastKey, name),

  /** Puts the tenant that was chosen last into an address that asks for nothing; neither on reloading nor on going back. */
  begin: (): void => {
    const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const last = localStorage.getItem(lastKey);
    const { pathname, search } = window.location;
    if (last && pathname + search === '/' && load?.type === 'navigate')
      window.history.replaceState(null, '', tenant.hrefOf(`/?${new URLSearchParams({ tenant: last }).toString()}`));
  },
};
