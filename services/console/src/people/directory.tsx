import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Query } from '../api.ts';
import { useKeys } from '../keys.ts';
import { setQuery, useRoute } from '../route.ts';
import type { Page } from '../shapes.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';

type Props<Item> = {
  title: string;
  /** What the five columns show, said once above them. */
  columns: readonly string[];
  /** What to look for. */
  hint: string;
  /** What is said where there is nobody at all. */
  none: string;
  read: (query: Query, signal: AbortSignal) => Promise<Page<Item>>;
  renderRow: (item: Item) => ReactNode;
};

/** A list to look somebody up in; it goes on as far as it is scrolled. */
export const Directory = <Item,>({ title, columns, hint, none, read, renderRow }: Props<Item>) => {
  const { query } = useRoute();
  const q = query.get('q') ?? '';
  const unowned = query.get('owner') === 'none';
  const list = useInfiniteQuery({
    queryKey: ['directory', title, q, unowned],
    queryFn: ({ pageParam, signal }) =>
      read({ q, owner: unowned ? 'none' : undefined, limit: 50, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const rows = useRef<HTMLUListElement>(null);
  useKeys({ j: () => step(rows.current, 1), k: () => step(rows.current, -1) });
  return (
    <div className="page">
      <header className="page-head">
        <h1>{title}</h1>
        <Find key={title} hint={hint} q={q} />
        <button type="button" aria-pressed={unowned} onClick={() => setQuery({ owner: unowned ? undefined : 'none' })}>
          Without an owner
        </button>
      </header>
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Skeleton rows={12} />}
      {list.isSuccess && items.length === 0 && <Nobody none={none} q={q} unowned={unowned} />}
      {items.length > 0 && (
        <p className="person person-head" aria-hidden="true">
          {columns.map((name, at) => (
            <span key={name} className={at > 2 ? 'num' : undefined}>
              {name}
            </span>
          ))}
        </p>
      )}
      <ul className="people" ref={rows} aria-busy={list.isPlaceholderData}>
        {items.map(renderRow)}
      </ul>
      {list.hasNextPage && <More key={items.length} read={() => void list.fetchNextPage()} />}
    </div>
  );
};

const Nobody = ({ none, q, unowned }: { none: string; q: string; unowned: boolean }) => {
  if (q) return <Empty title={`Nothing begins with “${q}”.`}>Words of names and addresses are found from their beginning.</Empty>; // prettier-ignore
  if (unowned) return <Empty title="Everybody has somebody who is responsible." />;
  return <Empty title={none} command="npx throughline import PATH" />;
};

// What is typed is shown at once, and looked for when the typing rests.
const Find = ({ hint, q }: { hint: string; q: string }) => {
  const [text, setText] = useState(q);
  useEffect(() => {
    const timer = setTimeout(() => setQuery({ q: text.trim() }), 120);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input
      type="search"
      aria-label="Find by name or address"
      placeholder={hint}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
};

const More = ({ read }: { read: () => void }) => {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([seen]) => seen?.isIntersecting && read(), { rootMargin: '600px' });
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- made anew with each page
  }, []);
  return (
    <button ref={button} type="button" className="link" onClick={read}>
      More
    </button>
  );
};

const step = (rows: HTMLElement | null, by: 1 | -1): void => {
  const links = [...(rows?.querySelectorAll('a') ?? [])];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
};
