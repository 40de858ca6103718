/** An event as `GET /v1/events` tells it, as far as it is looked at here. */
export type CloudEvent = Readonly<Record<string, unknown>> & {
  readonly position: number;
  readonly data: Readonly<Record<string, unknown>>;
};

/** What a column holds: a moment is RFC 3339 in UTC, as precise as microseconds. */
export type Kind = 'integer' | 'moment' | 'flag' | 'text';

/** The columns of a flat export, in their order: what every event has, then what many interactions have, then all of it as JSON. */
export const columns = {
  position: 'integer',
  recordedat: 'moment',
  time: 'moment',
  type: 'text',
  stream: 'text',
  streamversion: 'integer',
  id: 'text',
  actor: 'text',
  causation: 'text',
  correlation: 'text',
  sealed: 'flag',
  erased: 'flag',
  expired: 'flag',
  channel: 'text',
  direction: 'text',
  kind: 'text',
  intent: 'text',
  topic: 'text',
  priority: 'text',
  severity: 'text',
  language: 'text',
  data: 'text',
} as const satisfies Readonly<Record<string, Kind>>;

export type Column = keyof typeof columns;
export const names = Object.keys(columns) as Column[];

/** What an event has in a column; undefined where it has nothing. */
export const cellOf = (event: CloudEvent, column: Column): string | number | boolean | undefined => {
  if (column === 'data') return JSON.stringify(event.data);
  if (columns[column] === 'flag') return event[column] === true;
  const value = event[column] ?? event.data[column];
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
};
