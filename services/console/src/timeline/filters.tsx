import type { Channel } from '../shapes.ts';
import { setQuery } from '../route.ts';
import { channelNames } from '../words.ts';

/** What the reader looks at, as it stands in the URL. */
export type Filters = {
  readonly channel?: string;
  readonly direction?: string;
  readonly kind?: string;
  readonly from?: string;
  readonly to?: string;
  /** `words` hides decisions of ours. */
  readonly type?: string;
};

const names = ['channel', 'direction', 'kind', 'from', 'to', 'type'] as const;

export const filtersOf = (query: URLSearchParams): Filters =>
  Object.fromEntries(names.flatMap((name) => (query.get(name) ? [[name, query.get(name)!]] : [])));

const clear = Object.fromEntries(names.map((name) => [name, undefined]));

/** The filters of a timeline; "the last e-mail that I sent" is one press away. */
export const FilterBar = ({ filters, channels }: { filters: Filters; channels: readonly Channel[] }) => {
  const any = Object.keys(filters).length > 0;
  const sentMail = filters.channel === 'email' && filters.direction === 'outbound';
  return (
    <div className="filters" role="group" aria-label="Filter the timeline">
      <select
        aria-label="Channel"
        value={filters.channel ?? ''}
        onChange={({ target }) => setQuery({ channel: target.value })}
      >
        <option value="">All channels</option>
        {channels.map((channel) => (
          <option key={channel} value={channel}>
            {channelNames[channel]}
          </option>
        ))}
      </select>
      <select
        aria-label="Direction"
        value={filters.direction ?? ''}
        onChange={({ target }) => setQuery({ direction: target.value })}
      >
        <option value="">In and out</option>
        <option value="inbound">From them</option>
        <option value="outbound">From us</option>
        <option value="internal">Among us</option>
      </select>
      <button
        type="button"
        aria-pressed={sentMail}
        onClick={() =>
          setQuery(
            sentMail ? { channel: undefined, direction: undefined } : { channel: 'email', direction: 'outbound' },
          )
        }
      >
        E-mails we sent
      </button>
      <button
        type="button"
        aria-pressed={filters.type === 'words'}
        onClick={() => setQuery({ type: filters.type ? undefined : 'words' })}
      >
        Words only
      </button>
      {any && (
        <button type="button" className="link" onClick={() => setQuery(clear)}>
          Show everything
        </button>
      )}
    </div>
  );
};
