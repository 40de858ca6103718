import { type MouseEvent, useEffect, useSyncExternalStore } from 'react';
import { tenant } from './tenant.ts';

/** Where the reader is: the path and its query. A link is a view. */
export type Route = {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Another one whenever the reader went somewhere, be it to the same address; not where the page only told where one is. */
  readonly visit: number;
};

const watchers = new Set<() => void>();
let visit = 0;
let route: Route | undefined;

const changed = (): void => {
  route = undefined;
  for (const wake of watchers) wake();
};

window.addEventListener('popstate', () => {
  visit += 1;
  changed();
});

const subscribe = (wake: () => void): (() => void) => {
  watchers.add(wake);
  return () => watchers.delete(wake);
};

const here = (): Route =>
  (route ??= { path: window.location.pathname, query: new URLSearchParams(window.location.search), visit });

export const useRoute = (): Route => useSyncExternalStore(subscribe, here);

type How = {
  /** The address changes, and going back does not lead to the former one. */
  replace?: boolean;
  /** The reader went there; else the page only tells where one is. */
  visits?: boolean;
};

/** Goes to a place within the tenant that is shown, unless the address names another. */
export const navigate = (place: string, { replace = false, visits = !replace }: How = {}): void => {
  const href = tenant.hrefOf(place);
  const before = window.location.pathname;
  if (replace) window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
  if (visits) visit += 1;
  changed();
  if (visits && before !== window.location.pathname) window.scrollTo({ top: 0 });
};

type Parts = Readonly<Record<string, string | undefined>>;

const hrefWith = (parts: Parts): string => {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(parts)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  return window.location.pathname + (query.size > 0 ? `?${query.toString()}` : '');
};

const isHere = (href: string): boolean => href === window.location.pathname + window.location.search;

/** Tells in the address what is shown: changes parts of the query; `undefined` or nothing takes a part away. */
export const setQuery = (parts: Parts): void => {
  const href = hrefWith(parts);
  if (!isHere(href)) navigate(href, { replace: true });
};

/** Goes to the same page with other parts of the query, be they those that it has already; going back leads here. */
export const visitQuery = (parts: Parts): void => {
  const href = hrefWith(parts);
  navigate(href, { replace: isHere(href), visits: true });
};

/** For links: navigates without loading the page anew, unless the reader asked for a new tab. */
export const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  event.preventDefault();
  const { pathname, search } = event.currentTarget;
  navigate(pathname + search);
};

/** What the tab and the browser's history call this page. */
export const useTitle = (title: string | undefined): void => {
  useEffect(() => {
    document.title = title ? `${title} · Throughline` : 'Throughline';
  }, [title]);
};
