import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { event } from '../../test/ground.ts';
import { type Served, served } from '../../test/served.ts';
import { type Entry, entry } from './entry.ts';

const ann = 'email:ann@example.com';
const bo = 'email:bo@acme.example';
type List = { items: Entry[]; nextCursor: string | null };

let on: Served;
beforeAll(async () => {
  on = await served();
}, 60_000);
afterAll(() => on.close());

const id = (tenant: string, handle: string): string => on.vault.handleId(tenant, handle);
const party = (tenant: string, handle: string) => ({ id: id(tenant, handle), handle });
const at = (minute: number): string => new Date(Date.UTC(2026, 4, 4) + minute * 60_000).toISOString();
const uuid = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;

const timelineOf = async (tenant: string, handle: string, query = ''): Promise<List> => {
  const { status, body } = await on.get<List>(tenant, `/v1/customers/${id(tenant, handle)}/timeline${query}`);
  expect(status).toBe(200);
  return body;
};

describe('the timeline over REST', () => {
  const tenant = 'one';
  beforeAll(async () => {
    await on.say(
      tenant,
      {
        at: at(1),
        from: ann,
        to: [bo],
        agents: [bo],
        subject: 'Broken screen',
        text: '<b>It</b> cracked.',
        kind: 'support',
      },
      { at: at(2), from: bo, to: [ann], agents: [bo], text: 'A courier comes.' },
      { at: at(3), from: ann, channel: 'chat', text: 'Thanks' },
    );
    await on.append(tenant, streamOf.handle(id(tenant, ann)), [
      event('NoteWritten', { note: uuid(1), subject: id(tenant, ann), text: 'Be kind.' }, { occurredAt: at(4) }),
      event(
        'OwnerAssigned',
        { of: 'customer', subject: id(tenant, ann), owner: party(tenant, bo) },
        { occurredAt: at(5) },
      ),
    ]);
    await on.caughtUp();
  });

  it('answers entries as they are documented', async () => {
    const { items, nextCursor } = await timelineOf(tenant, ann, '?type=all');
    expect(items.map(({ type }) => type)).toEqual(['owner', 'note', 'interaction', 'interaction', 'interaction']);
    for (const item of items) expect(entry.safeParse(item).error).toBeUndefined();
    expect(nextCursor).toBeNull();
    expect(items.at(-1)).toMatchObject({
      occurredAt: '2026-05-04T00:01:00Z',
      channel: 'email',
      direction: 'inbound',
      kind: 'support',
      subject: 'Broken screen',
      text: '<b>It</b> cracked.',
      participants: [
        { ...party(tenant, ann), role: 'customer' },
        { ...party(tenant, bo), role: 'agent' },
      ],
      actor: 'spec',
    });
  });

  it('shows what people said unless more is asked for', async () =>
    expect((await timelineOf(tenant, ann)).items.map(({ type }) => type)).toEqual([
      'note',
      'interaction',
      'interaction',
      'interaction',
    ]));

  it('answers the last e-mail that was sent to a customer in one call', async () => {
    const { items } = await timelineOf(tenant, ann, `?limit=1&channel=email&direction=outbound&participant=${bo}`);
    expect(items.map(({ text }) => text)).toEqual(['A courier comes.']);
  });

  it('waits for a position, and says so where the ledger does not reach it', async () => {
    const said = on.say(tenant, { at: at(9), from: ann, text: 'read at once' });
    await said;
    const head = await on.ledger.head();
    const { items } = await timelineOf(tenant, ann, `?limit=1&minPosition=${head}`);
    expect(items[0]?.text).toBe('read at once');
    const late = await on.get(tenant, `/v1/customers/${id(tenant, ann)}/timeline?minPosition=${head + 1n}`);
    expect(late).toMatchObject({ status: 422, body: { type: '/problems/beyond-head' } });
  }, 20_000);

  it.each([
    'channel=pigeon',
    'limit=0',
    'limit=201',
    'from=yesterday',
    'minPosition=-1',
    'participant=bo',
    'cursor=x',
    'asOf=yesterday',
    'recordedAsOf=-1',
    'recordedAsOf=then',
  ])('refuses %s by name', async (query) => {
    const { status, body } = await on.get<{ errors: { pointer: string }[] }>(
      tenant,
      `/v1/customers/${id(tenant, ann)}/timeline?${query}`,
    );
    expect({ status, pointer: body.errors[0]?.pointer }).toEqual({ status: 400, pointer: `/${query.split('=')[0]}` });
  });
});

describe('the pages of a timeline over REST', () => {
  it('are all of it, whatever their size', async () => {
    const tenant = 'pages';
    await on.say(tenant, ...Array.from({ length: 31 }, (_, n) => ({ at: at(n >> 2), from: ann, text: String(n) })));
    await on.caughtUp();
    const whole = (await timelineOf(tenant, ann, '?limit=200')).items;
    expect(whole).toHaveLength(31);
    for (const limit of [1, 4, 30, 31]) {
      const seen: Entry[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const body: List = await timelineOf(tenant, ann, `?limit=${limit}${cursor && `&cursor=${cursor}`}`);
        seen.push(...body.items);
        cursor = body.nextCursor;
      }
      expect(seen).toEqual(whole);
    }
  });
});
