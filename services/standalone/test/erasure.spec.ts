import { createPublicKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { cli, cliJson, type Status } from './cli.ts';
import { type Standalone, standalone } from './standalone.ts';

const [ann, bob, agent] = ['email:ann@example.com', 'email:bob@example.com', 'email:bo@acme.example'] as const;

type Certificate = { erasure: string; customer: string; stores: { name: string; is: string }[]; signature: string };
type Entry = { type: string; text?: string; erased?: true; participants: { handle?: string; name?: string }[] };
type Told = { type: string; data: { matter?: string; subject?: string; by?: string; because?: string } };
type Found = { items: { id: string }[] };

let server: Standalone;
let folder: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([standalone({ env: { ERASURE_SETTLES: '1' } }), temporaryFolder()]);
}, 120_000);
afterAll(() => server.kill());

const ask = <T>(...of: Parameters<ReturnType<typeof told>>) => told(asking(server.url))<T>(...of);
const say = (key: string, text: string, from: string, ...to: string[]) =>
  ask<{ position: number }>('/v1/interactions', {
    json: {
      source: 'spec', key, channel: 'email', direction: 'inbound', occurredAt: '2026-05-04T09:30:00Z', text,
      participants: [...[from, ...to].map((handle) => ({ role: 'customer', handle, account: { key: 'acme' } })), { role: 'agent', handle: agent }],
    },
  }); // prettier-ignore
const timeline = async (id: string) => (await ask<{ items: Entry[] }>(`/v1/customers/${id}/timeline`)).items;
const idOf = async (handle: string) =>
  (await ask<Found>(`/v1/customers?handle=${encodeURIComponent(handle)}`)).items[0]!.id;
const status = () => ask<Status>('/v1/status?checksums=true');

describe('a person who is erased', () => {
  let id: string;
  let other: string;
  let certificate: Certificate;
  let before: Status;

  it('is gone once the command ends, which prints a certificate that can be checked', async () => {
    await say('one', 'A cracked screen.', ann);
    await say('two', 'Ann to Bob.', ann, bob);
    const { position } = await say('three', 'Bob to Ann.', bob, ann);
    await ask(`/v1/customers?minPosition=${position}`);
    [id, other] = [await idOf(ann), await idOf(bob)];
    await ask(`/v1/customers/${id}/notes`, { json: { text: 'Likes tea.', nextStep: { what: 'Send tea.' } } });
    before = await status();
    certificate = await cliJson<Certificate>(server.url, ['erase', ann]);
    expect(certificate).toMatchObject({ customer: id, signature: expect.any(String) });
    const names = certificate.stores.map(({ name }) => name);
    for (const name of [
      'ledger',
      'keys',
      'timeline@3',
      'search@1',
      'identity@2',
      'routing@5',
      'routing.reactor@1',
      'routing.tasks@1',
      'writeback@1',
      'writeback.planner@2',
      'capture@1',
    ])
      expect(names).toContain(name);

    const [file, pem] = [join(folder, 'certificate.json'), join(folder, 'public.pem')];
    const key = await readFile(join(server.dir, 'keys', 'checkpoint.pem'));
    await writeFile(pem, createPublicKey(key).export({ type: 'spki', format: 'pem' }));
    const check = async (one: object, ...more: string[]) => {
      await writeFile(file, JSON.stringify(one));
      return (await cli(server.url, 'erase', '--check', file, ...more)).code;
    };
    expect(await check(certificate)).toBe(0);
    expect(await check({ state: 'complete', certificate })).toBe(0);
    expect(await check({ items: [{ certificate }], nextCursor: null })).toBe(0);
    expect(await check(certificate, '--public-key', pem, '--url', 'http://127.0.0.1:9')).toBe(0);
    expect(await check({ ...certificate, completedAt: '2030-01-01T00:00:00Z' }, '--public-key', pem)).toBe(1);
  }, 120_000);

  it('has nothing open any more by the time of the certificate: no matter, no promise, no task', async () => {
    const lines = (await ask<string>('/v1/events')).split('\n').filter(Boolean);
    const told = lines.map((line) => JSON.parse(line) as Told);
    const types = told.map(({ type }) => type.split('.').at(-1)!);
    const of = (...wanted: string[]) => told.filter((_, nth) => wanted.includes(types[nth]!));
    const hers = of('MatterOpened').filter(({ data }) => data.subject === id).map(({ data }) => data.matter); // prettier-ignore
    expect(hers.length).toBeGreaterThan(0);
    const closed = of('MatterClosed').filter(({ data }) => hers.includes(data.matter));
    expect(closed.map(({ data }) => data.by)).toEqual(hers.map(() => 'erased'));
    expect(of('TaskCancelled').map(({ data }) => [data.subject, data.because])).toEqual([[id, 'erased']]);
    const promised = of('PromiseMade').filter(({ data }) => hers.includes(data.matter));
    expect(of('PromiseEnded').filter(({ data }) => hers.includes(data.matter))).toHaveLength(promised.length);
    const last = Math.max(types.lastIndexOf('MatterClosed'), types.lastIndexOf('TaskCancelled'));
    expect(types.indexOf('ErasureCompleted')).toBeGreaterThan(last);
  });

  it('leaves one line, which says that something was erased and when', async () => {
    expect(await ask(`/v1/customers/${id}`)).toMatchObject({ id, handles: [], erasedAt: expect.any(String) });
    expect(await timeline(id)).toMatchObject([{ type: 'erased', erased: true, participants: [] }]);
    expect(await asking(server.url)(`/v1/customers/${id}/brief`)).toMatchObject({ status: 410 });
    expect((await ask<Found>(`/v1/customers?handle=${encodeURIComponent(ann)}`)).items).toEqual([]);
    expect((await ask<Found>('/v1/search?q=cracked')).items).toEqual([]);
    expect((await ask<Found>('/v1/customers?q=ann')).items).toEqual([]);
  });

  it('leaves what others wrote, and nothing of hers in it', async () => {
    const entries = await timeline(other);
    expect(entries.map(({ text }) => text)).toEqual(['Bob to Ann.', undefined]);
    expect(entries[1]).toMatchObject({ erased: true });
    expect(JSON.stringify(entries)).not.toMatch(/ann@example/i);
    expect(await ask(`/v1/customers/${other}/brief`)).toMatchObject({ lastTalkedAbout: { answer: expect.anything() } });
  });

  it('changes no fact, no hash, and no rows that are made anew', async () => {
    const now = await status();
    expect(now.checksum).toBe(before.checksum);
    expect(now.counts).toMatchObject({ interactions: before.counts.interactions, parked: 0 });
    expect(await cliJson(server.url, ['ledger', 'verify'])).toMatchObject({ ok: true });
    for (const name of ['timeline', 'search', 'identity']) {
      expect((await cli(server.url, 'projections', 'rebuild', name)).code).toBe(0);
      const diff = await cli(server.url, 'projections', 'diff', name, '--json');
      expect([name, diff.code]).toEqual([name, 0]);
      await cli(server.url, 'projections', 'swap', name);
    }
    const rebuilt = await status();
    const of = ({ projections }: Status) => projections.map(({ name, checksum }) => [name, checksum]);
    expect(of(rebuilt)).toEqual(of(now));
    expect(await timeline(id)).toHaveLength(1);
  }, 120_000);

  it('is erased once, and is somebody new who writes again', async () => {
    expect(await asking(server.url)(`/v1/customers/${id}`, { method: 'DELETE' })).toMatchObject({
      status: 202,
      body: { id: certificate.erasure, state: 'complete' },
    });
    expect(await asking(server.url)('/v1/customers/0b4b1f0e-5d39-8b8a-9d6e-0d4f4c1f9a11', { method: 'DELETE' })).toMatchObject({ status: 404 }); // prettier-ignore
    const { position } = await say('four', 'Hello again.', ann);
    await ask(`/v1/customers?minPosition=${position}`);
    const anew = await idOf(ann);
    expect(anew).not.toBe(id);
    expect((await timeline(anew)).map(({ text }) => text)).toEqual(['Hello again.']);
    expect(await say('one', 'A cracked screen.', ann)).toMatchObject({ outcome: 'duplicate' });
  });
});
