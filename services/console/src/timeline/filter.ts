import type { Entry } from '../shapes.ts';

const names = ['channel', 'direction', 'kind', 'participant', 'conversation', 'from', 'to', 'type'] as const;

/** What the reader looks at, as it stands in the URL. `type` = `words` hides decisions of ours. */
export type Filters = { readonly [Name in (typeof names)[number]]?: string };

export const filtersOf = (query: URLSearchParams): Filters =>
  Object.fromEntries(names.flatMap((name) => (query.get(name) ? [[name, query.get(name)!]] : [])));

/** The filters as the API takes them: decisions are shown unless they are hidden. */
export const queryOf = (filters: Filters): Filters => ({ ...filters, type: filters.type ?? 'all' });

export const isFiltered = (filters: Filters): boolean => Object.keys(filters).length > 0;

/** A query without any filter. */
export const noFilters = Object.fromEntries(names.map((name) => [name, undefined]));

/** Whether an entry is among those that the filters ask for, as the server decides it. */
export const isAskedFor = (entry: Entry, filters: Filters): boolean =>
  same(filters.channel, entry.channel) &&
  same(filters.direction, entry.direction) &&
  same(filters.kind, entry.kind) &&
  same(filters.conversation, entry.conversation) &&
  (!filters.participant || entry.participants.some(({ id }) => id === filters.participant)) &&
  (!filters.from || Date.parse(entry.occurredAt) >= Date.parse(filters.from)) &&
  (!filters.to || Date.parse(entry.occurredAt) < Date.parse(filters.to)) &&
  (filters.type !== 'words' || entry.type === 'interaction' || entry.type === 'note');

const same = (asked: string | undefined, is: string | undefined): boolean => !asked || asked === is;
