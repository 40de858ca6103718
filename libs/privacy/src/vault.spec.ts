import { type Draft, sealed } from '@throughline/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { anyDraft, draftOf, names, people } from '../test/events.ts';
import { fixedKeys } from '../test/fixed-keys.ts';
import { encodingsOf, textsIn } from '../test/leak.ts';
import { takeOut } from './fields.ts';
import { BoxBroken, KeyDestroyed, memoryKeyStore, type SealedEvent, type Stored, Vault } from './index.ts';

const [ann, bo, cleo] = people as [string, string, string, string];
const may = new Date('2026-05-04T09:30:00Z');

const setUp = () => {
  const keys = memoryKeyStore();
  const clock = { now: may };
  return { keys, clock, vault: new Vault(keys, () => clock.now) };
};

const store = ({ event }: SealedEvent, tenant = 'default'): Stored => ({
  ...event,
  tenant,
  stream: 'conversation-1',
  version: 1,
  position: 1n,
  recordedAt: '2026-05-04T09:30:01Z',
});

const mail = (author = 0): Draft<'InteractionCaptured'> => ({
  type: 'InteractionCaptured',
  id: '018f0000-0000-8000-8000-000000000001',
  occurredAt: '2026-05-04T09:30:00Z',
  meta: { actor: 'import' },
  data: {
    source: 'email',
    channel: 'email',
    direction: 'inbound',
    conversation: cleo,
    author,
    participants: [
      { id: ann, role: 'customer', handle: 'email:ann@example.com', name: 'Ann Lee' },
      { id: bo, role: 'agent', handle: 'email:bo@acme.example' },
      { id: cleo, role: 'customer', handle: 'email:cleo@example.com' },
    ],
    subject: 'Broken screen',
    text: 'It cracked.',
    quoted: '> Hello Ann',
  },
});

const sealOne = async (vault: Vault, draft: Draft, tenant = 'default') => (await vault.seal(tenant, [draft]))[0]!;
const openOne = async (vault: Vault, stored: Stored, tenant = 'default') => (await vault.open(tenant, [stored]))[0]!;

describe('what is sealed', () => {
  it('opens as it was, whatever the event', async () => {
    const { vault } = setUp();
    await fc.assert(
      fc.asyncProperty(anyDraft, async (draft) => {
        const opened = await openOne(vault, store(await sealOne(vault, draft)));
        expect(opened.data).toEqual(draft.data);
        expect(opened).toMatchObject({ id: draft.id, type: draft.type, meta: { actor: 'bo', schema: 1 } });
        expect(opened.erased).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it.each(names)('shows nothing personal of %s in any encoding', async (name) => {
    const { vault } = setUp();
    await fc.assert(
      fc.asyncProperty(draftOf(name), async (draft) => {
        const personal = takeOut(draft).parts.flatMap(({ values }) => textsIn(values));
        const { data, meta } = (await sealOne(vault, draft)).event;
        for (const text of personal.flatMap(encodingsOf)) {
          expect(data).not.toContain(text);
          expect(meta).not.toContain(text);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('would be seen to leak if it did', () => {
    const [text] = textsIn({ name: 'Жanna "Ann"\n' }) as [string];
    const leaks = [
      JSON.stringify({ text }),
      `xy${Buffer.from(`{"a":"${text}`).toString('base64')}`,
      Buffer.from(text).toString('hex'),
    ];
    for (const leak of leaks) expect(encodingsOf(text).some((encoded) => leak.includes(encoded))).toBe(true);
  });

  it('leaves the draft as it is', async () => {
    const draft = mail();
    await sealOne(setUp().vault, draft);
    expect(draft).toEqual(mail());
  });

  it('has one seal per set of owners, and says which fields are in it', async () => {
    const { event, sealedUnder } = await sealOne(setUp().vault, mail());
    const seals = (JSON.parse(event.data) as { [sealed]: object[] })[sealed];
    expect(seals).toMatchObject([
      { k: [`${ann}/2026Q2`], f: ['/participants/0/handle', '/participants/0/name', '/subject', '/text'] },
      { k: [`${bo}/2026Q2`], f: ['/participants/1/handle'] },
      { k: [`${cleo}/2026Q2`], f: ['/participants/2/handle'] },
      { k: [`${ann}/2026Q2`, `${cleo}/2026Q2`], f: ['/quoted'] },
    ]);
    expect(new Set(sealedUnder)).toEqual(new Set([ann, bo, cleo].map((id) => `${id}/2026Q2`)));
  });

  it('has no seal where nothing is personal', async () => {
    const joined = { into: ann, from: bo, evidence: [] };
    const draft = { ...mail(), type: 'ConversationsJoined' as const, data: joined };
    const one = await sealOne(setUp().vault, draft);
    expect(one.sealedUnder).toEqual([]);
    expect(JSON.parse(one.event.data)).toEqual(joined);
  });

  it('is other bytes every time', async () => {
    const { vault } = setUp();
    expect((await sealOne(vault, mail())).event.data).not.toBe((await sealOne(vault, mail())).event.data);
  });

  it('takes the quarter of the moment of sealing, not of the event', async () => {
    const { vault, clock } = setUp();
    clock.now = new Date('2026-12-31T23:59:59.999Z');
    expect((await sealOne(vault, mail())).sealedUnder).toContain(`${ann}/2026Q4`);
    clock.now = new Date('2027-01-01T00:00:00Z');
    expect((await sealOne(vault, mail())).sealedUnder).toContain(`${ann}/2027Q1`);
  });

  it('keeps its order in thousands', async () => {
    const { vault } = setUp();
    const drafts = Array.from({ length: 1_000 }, (_, n) => ({
      ...mail(),
      id: `018f0000-0000-8000-8000-${String(n).padStart(12, '0')}`,
    }));
    const stored = (await vault.seal('default', drafts)).map((one) => store(one));
    expect((await vault.open('default', stored)).map(({ id }) => id)).toEqual(drafts.map(({ id }) => id));
  });
});

describe('what was sealed by the first release', () => {
  it('opens for ever', async () => {
    const event = JSON.parse(readFileSync(new URL('../test/sealed.v1.json', import.meta.url), 'utf8')) as Stored;
    const opened = await openOne(new Vault(fixedKeys()), { ...store({ event, sealedUnder: [] }) });
    expect(opened.data).toEqual(mail().data);
  });
});

describe('a destroyed key', () => {
  it('takes the fields of its owner and what they own jointly, and nothing else', async () => {
    const { vault, keys } = setUp();
    const stored = store(await sealOne(vault, mail(1)));
    await keys.erase('default', [ann], []);
    const opened = await openOne(vault, stored);
    expect(opened).toMatchObject({ erased: true });
    expect(opened).not.toHaveProperty('expired');
    expect(opened.data).toEqual({
      source: 'email',
      channel: 'email',
      direction: 'inbound',
      conversation: cleo,
      author: 1,
      participants: [
        { id: ann, role: 'customer' },
        { id: bo, role: 'agent', handle: 'email:bo@acme.example' },
        { id: cleo, role: 'customer', handle: 'email:cleo@example.com' },
      ],
    });
  });

  it('seals nothing more', async () => {
    const { vault, keys } = setUp();
    await keys.destroy('default', [`${ann}/2026Q2`]);
    await expect(vault.seal('default', [mail()])).rejects.toThrow(KeyDestroyed);
  });

  it('of a quarter leaves the others', async () => {
    const { vault, keys, clock } = setUp();
    const spring = store(await sealOne(vault, mail()));
    clock.now = new Date('2026-08-01T00:00:00Z');
    const summer = store(await sealOne(vault, mail()));
    await keys.destroy('default', [`${ann}/2026Q2`]);
    const opened = await openOne(vault, spring);
    expect(opened.data).not.toHaveProperty('text');
    // Its time is over, and nobody is erased.
    expect(opened).toMatchObject({ expired: true });
    expect(opened).not.toHaveProperty('erased');
    expect((await openOne(vault, summer)).data).toMatchObject({ text: 'It cracked.' });
  });
});

describe('sealed bytes in the wrong place', () => {
  const swapped = (data: string, change: (seals: { k: string[]; f: string[]; b: string }[]) => void): string => {
    const parsed = JSON.parse(data) as { [sealed]: { k: string[]; f: string[]; b: string }[] };
    change(parsed[sealed]);
    return JSON.stringify(parsed);
  };

  it.each<[string, (stored: Stored) => Stored]>([
    ['another event', (stored) => ({ ...stored, id: '018f0000-0000-8000-8000-000000000002' })],
    [
      'another field',
      (stored) => ({ ...stored, data: swapped(stored.data, ([seal]) => void (seal!.f[0] = '/subject')) }),
    ],
    [
      'changed bytes',
      (stored) => ({ ...stored, data: swapped(stored.data, ([seal]) => void (seal!.b = `AAAA${seal!.b.slice(4)}`)) }),
    ],
    [
      'cut bytes',
      (stored) => ({ ...stored, data: swapped(stored.data, ([seal]) => void (seal!.b = seal!.b.slice(0, 12))) }),
    ],
  ])('do not open: %s', async (_, change) => {
    const { vault } = setUp();
    await expect(openOne(vault, change(store(await sealOne(vault, mail()))))).rejects.toThrow(BoxBroken);
  });

  it('do not open for another tenant: it has no such key', async () => {
    const { vault } = setUp();
    const opened = await openOne(vault, store(await sealOne(vault, mail()), 'other'), 'other');
    expect(opened).toMatchObject({ expired: true });
    expect(JSON.stringify(opened.data)).not.toContain('cracked');
  });

  it('do not open for another tenant that has a key of that name', async () => {
    const { vault } = setUp();
    const stored = store(await sealOne(vault, mail()));
    await vault.seal('other', [mail()]);
    await expect(openOne(vault, stored, 'other')).rejects.toThrow(BoxBroken);
  });
});

describe('for whom nothing may be opened', () => {
  it('there is what is not personal, and a mark', async () => {
    const { vault } = setUp();
    const stored = store(await sealOne(vault, mail()));
    const [blind] = await vault.blind().open('default', [stored]);
    expect(blind).toMatchObject({ sealed: true, data: { channel: 'email', conversation: cleo } });
    expect(blind).not.toHaveProperty('erased');
    expect(JSON.stringify(blind!.data)).not.toMatch(/cracked|Broken|Ann Lee|@/);
    const { [sealed]: seals } = JSON.parse(stored.data) as { [sealed]: never[] };
    const [kept] = await vault.blind().openSeals('default', [{ event: stored.id, seals }]);
    expect(kept!.fields.size).toBe(0);
  });

  it('is no mark where nothing is personal', async () => {
    const { vault } = setUp();
    const ended = { ...mail(), type: 'SessionEnded', data: { conversation: cleo, session: 1, by: 'hand', at: '2026-05-04T09:30:00Z' } } as Draft; // prettier-ignore
    const [blind] = await vault.blind().open('default', [store(await sealOne(vault, ended))]);
    expect(blind).not.toHaveProperty('sealed');
  });
});

describe('seals that a read model keeps', () => {
  it('open by themselves, one party of a large event too', async () => {
    const { vault, keys } = setUp();
    const { event } = await sealOne(vault, mail());
    const seals = (JSON.parse(event.data) as { [sealed]: { k: string[]; f: string[]; b: string }[] })[sealed];
    await keys.destroy('default', [`${ann}/2026Q2`]);
    const [boOnly, all] = await vault.openSeals('default', [
      { event: event.id, seals: seals.slice(1, 2) },
      { event: event.id, seals },
    ]);
    expect(boOnly).toEqual({ fields: new Map([['/participants/1/handle', 'email:bo@acme.example']]), erased: false, expired: false }); // prettier-ignore
    expect(all).toMatchObject({ erased: false, expired: true });
    expect([...all!.fields.keys()]).toEqual(['/participants/1/handle', '/participants/2/handle']);
  });
});

describe('bytes', () => {
  const bytes = Buffer.from('From: ann@example.com\r\n\r\nIt cracked.');

  it('open as they were, in their place', async () => {
    const { vault } = setUp();
    const sealed = await vault.sealBytes('default', [cleo, ann], 'mail-1', bytes);
    expect(sealed.bytes.includes('cracked')).toBe(false);
    expect(await vault.openBytes('default', sealed, 'mail-1')).toEqual(bytes);
    await expect(vault.openBytes('default', sealed, 'mail-2')).rejects.toThrow(BoxBroken);
  });

  it('are gone with any one of their owners', async () => {
    const { vault, keys } = setUp();
    const sealed = await vault.sealBytes('default', [cleo, ann], 'mail-1', bytes);
    await keys.destroy('default', [`${cleo}/2026Q2`]);
    expect(await vault.openBytes('default', sealed, 'mail-1')).toBeUndefined();
  });

  it('belong to somebody', () =>
    expect(setUp().vault.sealBytes('default', [], 'mail-1', bytes)).rejects.toThrow(/nobody/));
});

describe('keyed ids', () => {
  const { vault } = setUp();

  it('are the same for the same, and differ by tenant and by what they are of', () => {
    const id = vault.handleId('default', 'email:ann@example.com');
    expect(vault.handleId('default', 'email:ann@example.com')).toBe(id);
    expect(vault.handleId('other', 'email:ann@example.com')).not.toBe(id);
    expect(vault.accountId('default', 'email:ann@example.com')).not.toBe(id);
    expect(vault.conversationId('default', 'a', 'bc')).not.toBe(vault.conversationId('default', 'ab', 'c'));
  });

  it('say nothing to another installation', () =>
    expect(setUp().vault.handleId('default', 'email:ann@example.com')).not.toBe(
      vault.handleId('default', 'email:ann@example.com'),
    ));

  it('are UUIDs of version 8', () =>
    expect(vault.accountId('default', 'acme')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/));
});

it('gives a handle another id once its person is erased', async () => {
  const { keys, vault } = setUp();
  const [first, elsewhere] = ['acme', 'other'].map((tenant) => vault.handleId(tenant, 'email:ann@example.com'));
  await keys.erase('acme', [first!], []);
  const second = vault.handleId('acme', 'email:ann@example.com');
  expect(second).not.toBe(first);
  expect(vault.handleIds('acme', 'email:ann@example.com')).toEqual([first, second]);
  expect(vault.handleId('other', 'email:ann@example.com')).toBe(elsewhere);
});
