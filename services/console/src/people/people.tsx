import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { get } from '../api.ts';
import { follow, setQuery, useRoute } from '../route.ts';
import type { Customer, Page } from '../shapes.ts';
import { Empty, Failure, Skeleton } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { bare, nameOf } from '../words.ts';

/** Everybody, the most recent activity first; or those whom a name or a handle finds. */
export const PeoplePage = () => {
  const { query } = useRoute();
  const q = query.get('q') ?? '';
  const unowned = query.get('owner') === 'none';
  const people = useInfiniteQuery({
    queryKey: ['people', q, unowned],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Customer>>(
        '/v1/customers',
        { q, owner: unowned ? 'none' : undefined, limit: 50, cursor: pageParam },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const all = people.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="page">
      <header className="page-head">
        <h1>People</h1>
        <input
          type="search"
          id="find"
          aria-label="Find somebody by name or handle"
          placeholder="A name, a mail address, a number …"
          value={q}
          onChange={({ target }) => setQuery({ q: target.value || undefined })}
        />
        <button type="button" aria-pressed={unowned} onClick={() => setQuery({ owner: unowned ? undefined : 'none' })}>
          Nobody owns
        </button>
      </header>
      {people.isError && <Failure error={people.error} retry={() => void people.refetch()} />}
      {people.isPending && <Skeleton rows={12} />}
      {people.isSuccess &&
        all.length === 0 &&
        (q ? (
          <Empty title={`Nobody is called “${q}”.`}>Parts of words are found from their beginning.</Empty>
        ) : (
          <Empty title="Nobody yet." command="npx throughline import PATH" />
        ))}
      <ul className="people">
        {all.map((person) => (
          <Person key={person.id} person={person} />
        ))}
      </ul>
      {people.hasNextPage && (
        <button type="button" className="link" onClick={() => void people.fetchNextPage()}>
          More
        </button>
      )}
    </div>
  );
};

const Person = ({ person }: { person: Customer }) => {
  const [first] = person.handles;
  const name = nameOf({ name: person.name, handle: first?.handle });
  return (
    <li>
      <a href={`/customers/${person.id}`} onClick={follow}>
        <span className="person-name" dir="auto">
          {name}
        </span>
        <span className="dim">
          {person.handles
            .slice(0, 3)
            .map(({ handle }) => (handle ? bare(handle) : 'erased'))
            .join(' · ')}
        </span>
        <span className="dim">{person.owner ? nameOf(person.owner) : ''}</span>
        <span className="dim num">{person.entries}</span>
        <span className="dim">{person.lastAt && <Time at={person.lastAt} as="ago" />}</span>
      </a>
    </li>
  );
};
