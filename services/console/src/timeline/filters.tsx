import type { Channel } from '../shapes.ts';
import { channelNames } from '../words.ts';
import { type Filters, isFiltered, noFilters } from './filter.ts';
import { Period } from './period.tsx';
import { setFilter } from './set-filter.ts';

const sides = { inbound: 'From them', outbound: 'From us', internal: 'Among us' };
const kinds = ['sales', 'onboarding', 'support', 'account', 'self-service', 'outbound'];

/** The filters of a timeline; "the last e-mail that we sent" is one press away. */
export const FilterBar = ({ filters, channels }: { filters: Filters; channels: readonly Channel[] }) => {
  const sentMail = filters.channel === 'email' && filters.direction === 'outbound';
  const nothingSent = { channel: undefined, direction: undefined };
  return (
    <fieldset className="filters" aria-label="Filter the timeline">
      <Choice
        name="channel"
        all="All channels"
        value={filters.channel}
        of={channels.map((one) => [one, channelNames[one]])}
      />
      <Choice name="direction" all="In and out" value={filters.direction} of={Object.entries(sides)} />
      <Choice name="kind" all="Every kind" value={filters.kind} of={kinds.map((kind) => [kind, kind])} />
      <button
        type="button"
        aria-pressed={sentMail}
        onClick={() => setFilter(sentMail ? nothingSent : { channel: 'email', direction: 'outbound' })}
      >
        E-mails we sent
      </button>
      <button
        type="button"
        aria-pressed={filters.type === 'words'}
        onClick={() => setFilter({ type: filters.type ? undefined : 'words' })}
      >
        Words only
      </button>
      <Period filters={filters} />
      {isFiltered(filters) && (
        <button type="button" className="link" onClick={() => setFilter(noFilters)}>
          Show everything
        </button>
      )}
    </fieldset>
  );
};

const sayings = { channel: 'Channel', direction: 'Direction', kind: 'Kind' };

type ChoiceProps = {
  name: keyof typeof sayings;
  all: string;
  value: string | undefined;
  of: readonly (readonly [string, string])[];
};

const Choice = ({ name, all, value = '', of }: ChoiceProps) => (
  <select
    aria-label={sayings[name]}
    value={value}
    data-chosen={value !== '' || undefined}
    onChange={({ target }) => setFilter({ [name]: target.value })}
  >
    <option value="">{all}</option>
    {of.map(([key, text]) => (
      <option key={key} value={key}>
        {text}
      </option>
    ))}
  </select>
);
