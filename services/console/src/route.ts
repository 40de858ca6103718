import { useSyncExternalStore } from 'react';

/** Where the reader is: the path and its query. A link is a view. */
export type Route = { readonly path: string; readonly query: URLSearchParams };

const changed = new EventTarget();

const subscribe = (wake: () => void): (() => void) => {
  changed.addEventListener('change', wake);
  window.addEventListener('popstate', wake);
  return () => {
    changed.removeEventListener('change', wake);
    window.removeEventListener('popstate', wake);
  };
};

export const useRoute = (): Route => {
  const href = useSyncExternalStore(subscribe, () => window.location.pathname + window.location.search);
  const [path, search] = href.split('?');
  return { path: path!, query: new URLSearchParams(search) };
};

export const navigate = (href: string, { replace = false } = {}): void => {
  if (replace) window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
  changed.dispatchEvent(new Event('change'));
};

/** Changes parts of the query; `undefined` takes a part away. */
export const setQuery = (parts: Readonly<Record<string, string | undefined>>): void => {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(parts)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  navigate(query.size > 0 ? `${window.location.pathname}?${query.toString()}` : window.location.pathname, {
    replace: true,
  });
};

/** For links: navigates without loading the page anew, unless the reader asked for a new tab. */
export const follow = (event: React.MouseEvent<HTMLAnchorElement>): void => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  event.preventDefault();
  const { pathname, search } = event.currentTarget;
  navigate(pathname + search);
};
