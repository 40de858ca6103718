import { visitQuery } from '../route.ts';
import type { Channel } from '../shapes.ts';
import { Icon } from '../ui/icon.tsx';
import { channelNames, dayOf, periodOf } from '../words.ts';
import { type Filters, isFiltered, noFilters } from './filter.ts';

/**
 * Changes what is looked at; going back undoes it. Who takes filters away stays with the entry that they led to, and sees
 * what happened around it; others begin at the top.
 */
export const setFilter = (parts: Readonly<Record<string, string | undefined>>): void => {
  const onlyTakesAway = Object.values(parts).every((value) => !value);
  visitQuery(onlyTakesAway ? parts : { ...parts, at: undefined, on: undefined });
};

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
      {(filters.from || filters.to) && (
        <button
          type="button"
          className="chip"
          title="Show every time"
          onClick={() => setFilter({ from: undefined, to: undefined })}
        >
          {chosenPeriod(filters)} <Icon name="close" size={10} />
        </button>
      )}
      {isFiltered(filters) && (
        <button type="button" className="link" onClick={() => setFilter(noFilters)}>
          Show everything
        </button>
      )}
    </fieldset>
  );
};

const chosenPeriod = ({ from, to }: Filters): string => {
  if (from && to) return periodOf(Date.parse(from), Date.parse(to));
  return from ? `since ${dayOf(from)}` : `up to ${dayOf(to!)}`;
};

type ChoiceProps = { name: string; all: string; value: string | undefined; of: readonly (readonly [string, string])[] };

const Choice = ({ name, all, value = '', of }: ChoiceProps) => (
  <select
    aria-label={name}
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
