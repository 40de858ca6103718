import { channel, type EventName, eventSchemas } from '@throughline/contracts';
import type { StoredEvent } from '@throughline/ledger';
import { z } from 'zod';
import { handleParam } from '../edge.ts';

const names = Object.keys(eventSchemas) as EventName[];

/** The parameters that narrow a tenant's events; to be spread into a query's schema. */
export const filters = {
  type: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(names)))
    .optional()
    .describe('Only events of these types, joined by commas.'),
  stream: z.string().min(1).max(512).optional().describe('Only events in streams whose names begin so.'),
  channel: channel.optional().describe('Only events that name this channel.'),
  customer: handleParam
    .optional()
    .describe(
      'Only what names this customer, by an id or a handle, or stands in one of their conversations and matters.',
    ),
};

/** Which of a tenant's events; each condition that is there must hold. */
export type Filter = {
  readonly type?: readonly EventName[];
  readonly stream?: string;
  readonly channel?: string;
  /** The ids by which a customer is named: of handles, conversations and matters. */
  readonly ids?: ReadonlySet<string>;
};

type Test = (event: Pick<StoredEvent, 'type' | 'stream' | 'data'>) => boolean;

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const theirs = /^(?:conversation|matter|task)-(.*)$/;

/** What names one of these ids outside its seals; whatever follows in a stream of the customer's own is theirs as well. */
const naming = (ids: ReadonlySet<string>): Test => {
  const known = new Set(ids);
  return ({ stream, data }) => {
    const isNamed = [...`${stream} ${data}`.matchAll(uuids)].some(([id]) => known.has(id));
    const own = isNamed && theirs.exec(stream)?.[1];
    if (own) known.add(own);
    return isNamed;
  };
};

const onChannel =
  (wanted: string): Test =>
  ({ data }) =>
    data.includes(`"${wanted}"`) && (JSON.parse(data) as { channel?: unknown }).channel === wanted;

/** Tells which events are wanted; to be asked about all of them, in their order. */
export const wantedBy = ({ type, stream, channel: on, ids }: Filter): Test => {
  const tests: Test[] = [];
  if (type) tests.push((event) => (type as readonly string[]).includes(event.type));
  if (stream !== undefined) tests.push((event) => event.stream.startsWith(stream));
  if (on !== undefined) tests.push(onChannel(on));
  if (!ids) return (event) => tests.every((test) => test(event));
  const isTheirs = naming(ids);
  // Asked first, of every event: it learns as it goes.
  return (event) => isTheirs(event) && tests.every((test) => test(event));
};
