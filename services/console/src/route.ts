import { type MouseEvent, useEffect, useSyncExternalStore } from 'react';

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

export const navigate = (href: string, { replace = false } = {}): void => {
  if (replace) window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
  if (!replace) visit += 1;
  changed();
};

/** Changes parts of the query; `undefined` or nothing takes a part away. `push` where going back is to undo it. */
export const setQuery = (parts: Readonly<Record<string, string | undefined>>, { push = false } = {}): void => {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(parts)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const search = query.size > 0 ? `?${query.toString()}` : '';
  if (search !== window.location.search) navigate(window.location.pathname + search, { replace: !push });
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
