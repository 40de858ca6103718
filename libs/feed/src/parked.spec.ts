import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type Database } from '@throughline/postgres';
import { postgres, type TestDatabase } from '@throughline/testing';
import { eventAt } from '../test/events.ts';
import {
  CheckpointMoved,
  migrations,
  type Owner,
  park,
  parkedDesk,
  type ParkedDesk,
  postgresParked,
  unpark,
} from './index.ts';

const owner: Owner = { consumer: 'spec@1', partition: 'ledger' };
const other: Owner = { consumer: 'other@1', partition: 'ledger' };
const error = new TypeError('no\0 way');

let urls: TestDatabase;
let [admin, service, projector]: Database[] = [];
beforeAll(async () => {
  urls = await postgres({ feed: migrations });
  [admin, service, projector] = [urls.owner, urls.service, urls.projector].map((url) => connect({ url, application: 'spec', max: 3 })); // prettier-ignore
});
beforeEach(() => admin!.query('truncate feed.parked'));
afterAll(async () => {
  for (const db of [admin, service, projector]) await db?.close();
  await urls.drop();
});

const parked = () => postgresParked(projector!);
const atDesk = <T>(tenant: string, work: (desk: ParkedDesk) => Promise<T>) =>
  service!.asTenant(tenant, (client) => work(parkedDesk(client)));
const parkAll = (...positions: number[]) =>
  park(projector!, owner, positions.map((at, index) => ({ event: eventAt(at, 's'), error: index ? undefined : error }))); // prettier-ignore

describe('parked events', () => {
  it('keep what came, byte for byte', async () => {
    const event = eventAt((2n ** 40n) as never, 'conversation-1', {
      data: '{"a":"\\u0000","n":12345678901234567890,"n":1, "e":"🙂\u2028"}',
      occurredAt: '2026-05-04T09:30:00.5Z',
    });
    await park(projector!, owner, [{ event, error }]);
    expect(await parked().next(owner, event, 9)).toEqual([event]);
    expect(await atDesk('acme', (desk) => desk.list())).toEqual([
      {
        consumer: 'spec@1',
        position: 2n ** 40n,
        event,
        error: 'TypeError: no\ufffd way',
        since: expect.any(String),
        attempts: 1,
      },
    ]);
  });

  it('keep no value that an error quotes', async () => {
    const ofJson = (() => {
      try {
        return JSON.parse('{"text": secret words}') as Error;
      } catch (thrown) {
        return thrown as Error;
      }
    })();
    const ofPostgres = await projector!.query('select $1::uuid', ['secret "words"']).catch((thrown: Error) => thrown);
    await park(projector!, owner, [
      { event: eventAt(1, 's'), error: ofJson },
      { event: eventAt(2, 't'), error: ofPostgres as Error },
    ]);
    const errors = (await atDesk('acme', (desk) => desk.list())).map((one) => one.error);
    expect(errors.join()).not.toMatch(/secret|words/);
    expect(errors).toEqual([
      expect.stringContaining('SyntaxError: '),
      'error: invalid input syntax for type uuid: "…"',
    ]);
  });

  it('are parked once', async () => {
    await parkAll(1);
    await parkAll(1);
    expect(await atDesk('acme', (desk) => desk.count())).toBe(1);
  });

  it('come back in order, a page at a time', async () => {
    await parkAll(3, 1, 2);
    const page = await parked().next(owner, eventAt(0, 's'), 2);
    expect(page.map(({ position }) => position)).toEqual([1n, 2n]);
    await unpark(projector!, owner, page);
    await expect(unpark(projector!, owner, page)).rejects.toThrow(CheckpointMoved);
    expect(await parked().next(owner, eventAt(0, 's'), 9)).toMatchObject([{ position: 3n }]);
  });

  it('belong to one consumer and one partition', async () => {
    await parkAll(1);
    expect(await parked().streams(other)).toEqual([]);
    expect(await parked().streams({ ...owner, partition: '7' })).toEqual([]);
    expect(await parked().streams(owner)).toEqual([{ tenant: 'acme', stream: 's', wanted: false }]);
  });

  it('are wanted with their whole stream, until that failed', async () => {
    await parkAll(1, 2);
    await park(projector!, owner, [{ event: eventAt(3, 'another'), error }]);
    const wanted = async () =>
      (await parked().streams(owner)).filter((stream) => stream.wanted).map(({ stream }) => stream);
    expect(await atDesk('acme', (desk) => desk.retry({ consumer: 'spec@1', position: 2n }))).toBe(2);
    expect(await wanted()).toEqual(['s']);
    await parked().failed(owner, eventAt(1, 's'), new Error('again'));
    expect(await wanted()).toEqual([]);
    expect(await atDesk('acme', (desk) => desk.list())).toMatchObject([
      { attempts: 2, error: 'Error: again' },
      { attempts: 0, error: undefined },
      { attempts: 1 },
    ]);
  });

  it('are given up on record, and what was never tried comes next', async () => {
    await parkAll(1, 2);
    const id = { consumer: 'spec@1', position: 1n };
    expect(await parked().streams(owner)).toEqual([{ tenant: 'acme', stream: 's', wanted: false }]);
    expect(await atDesk('acme', (desk) => desk.drop(id, 'not ours', 'ann'))).toBe(true);
    expect(await parked().streams(owner)).toEqual([{ tenant: 'acme', stream: 's', wanted: true }]);
    expect(await parked().next(owner, eventAt(0, 's'), 9)).toMatchObject([{ position: 2n }]);
    await expect(unpark(projector!, owner, [eventAt(1, 's')])).rejects.toThrow(CheckpointMoved);
    const { rows } = await admin!.tx(
      (client) => client.query('select drop_reason, dropped_by from feed.parked where position = 1'),
      {
        tenant: 'acme',
      },
    );
    expect(rows).toEqual([{ drop_reason: 'not ours', dropped_by: 'ann' }]);
  });

  it('are listed by pages, and of one consumer where asked', async () => {
    await parkAll(1, 2);
    await park(projector!, other, [{ event: eventAt(1, 's'), error }]);
    const ids = (list: readonly { consumer: string; position: bigint }[]) =>
      list.map(({ consumer, position }) => `${consumer} ${position}`);
    const first = await atDesk('acme', (desk) => desk.list({ limit: 2 }));
    expect(ids(first)).toEqual(['other@1 1', 'spec@1 1']);
    expect(ids(await atDesk('acme', (desk) => desk.list({ limit: 2, after: first[1] })))).toEqual(['spec@1 2']);
    expect(ids(await atDesk('acme', (desk) => desk.list({ consumer: 'other@1' })))).toEqual(['other@1 1']);
  });
});

describe('another tenant', () => {
  beforeEach(() => parkAll(1));
  const id = { consumer: 'spec@1', position: 1n };

  it('sees nothing', async () => {
    expect(await atDesk('globex', async (desk) => [await desk.list(), await desk.count(), await desk.show(id)])).toEqual([[], 0, undefined]); // prettier-ignore
    expect((await service!.query('select * from feed.parked')).rows).toEqual([]);
  });

  it('changes nothing', async () => {
    expect(await atDesk('globex', async (desk) => [await desk.retry(id), await desk.drop(id, 'mine', 'eve')])).toEqual([
      0,
      false,
    ]);
    expect(await atDesk('acme', (desk) => desk.count())).toBe(1);
  });

  it('cannot be given an event, nor can the service take one out or rewrite it', async () => {
    for (const sql of [
      `update feed.parked set tenant = 'globex'`,
      'delete from feed.parked',
      `update feed.parked set data = ''`,
    ])
      await expect(service!.asTenant('acme', (client) => client.query(sql))).rejects.toMatchObject({ code: '42501' });
  });
});
