import { customersOf, erasedOf } from '@throughline/identity';
import { firstWords } from '../brief/words.ts';
import { customersBy } from '../customer/customer.query.ts';
import type { Entry } from '../entry/entry.ts';
import { entriesAt } from '../entry/entry.query.ts';
import type { Reading } from '../reading.ts';
import { type Gist, named, type Of } from './gist.ts';

const longest = 160;

/** Where the customers of these handles first took part in these conversations, by handle and conversation. */
const beginningsOf = async ({ client, tenant }: Reading, asked: readonly Of[]): Promise<Map<string, bigint>> => {
  const whole = asked.filter(({ conversation }) => conversation !== undefined);
  if (whole.length === 0) return new Map();
  const { rows } = await client.query<{ handle: string; conversation: string; position: bigint }>({
    name: 'timeline.gist.beginnings',
    text: `
      select asked.handle, asked.conversation, min(c.position) as position
      from unnest($2::uuid[], $3::uuid[]) as asked (handle, conversation)
      join identity.handle own on own.tenant = $1 and own.handle = asked.handle
      join identity.handle h on h.tenant = $1 and h.customer = own.customer
      join timeline.conversation_of_handle c
        on c.tenant = $1 and c.handle = h.handle and c.conversation = asked.conversation
      group by asked.handle, asked.conversation`,
    values: [tenant, whole.map(({ handle }) => handle), whole.map(({ conversation }) => conversation)],
  });
  return new Map(rows.map(({ handle, conversation, position }) => [`${handle}.${conversation}`, position]));
};

const wordsOf = ({ subject, text }: Pick<Entry, 'subject' | 'text'>): string | undefined =>
  subject?.trim() || (text === undefined ? undefined : firstWords(text, longest));

/** What these are about, in this order; each look-up is of all of them at once. */
export const gistsOf = async (reading: Reading, of: readonly string[]): Promise<Gist[]> => {
  const { client, tenant, opens } = reading;
  const asked = of.map(named);
  const handles = [...new Set(asked.map(({ handle }) => handle))];
  const [customerOf, gone] = [await customersOf(client, tenant, handles), await erasedOf(client, tenant, handles)];
  const nobodyCounts = async (_: Reading, all: readonly unknown[]) => all.map(() => 0);
  const customers = await customersBy(reading, [...new Set(customerOf.values())], nobodyCounts);
  const known = new Map(customers.map((one) => [one.id, one]));
  const beginnings = await beginningsOf(reading, asked);
  const entries = await entriesAt(reading, [...new Set(beginnings.values())]);
  const said = new Map(entries.map((entry) => [BigInt(entry.position), wordsOf(entry)]));
  return asked.map(({ handle, conversation }, nth) => {
    const customer = known.get(customerOf.get(handle) ?? '');
    const its = customer?.handles.find(({ id }) => id === handle) ?? customer?.handles[0];
    const at = conversation === undefined ? undefined : beginnings.get(`${handle}.${conversation}`);
    return {
      of: of[nth]!,
      customer: customer?.id,
      name: customer?.name,
      handle: its?.handle ?? customer?.handles.find(({ handle: text }) => text !== undefined)?.handle,
      words: at === undefined ? undefined : said.get(at),
      ...(gone.has(handle) && { erased: true as const }),
      ...(customer && !opens && { sealed: true as const }),
    };
  });
};
