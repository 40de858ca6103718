import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgres, type TestDatabase } from '@throughline/testing';
import { ClientMisuse, connect, type Database } from './index.ts';

let server: TestDatabase;
let owner: Database;
let service: Database;

const open = (url: string, max?: number) => connect({ url, application: 'spec', max });

beforeAll(async () => {
  server = await postgres();
  owner = open(server.owner);
  service = open(server.service);
  await owner.query(`
    create schema s;
    grant usage on schema s to throughline_service;
    create table s.note (tenant text, text text);
    grant select, insert on s.note to throughline_service;
    alter table s.note enable row level security;
    alter table s.note force row level security;
    create policy tenant on s.note using (tenant = current_setting('throughline.tenant', true))`);
  for (const tenant of ['ann', 'bob']) {
    await service.asTenant(tenant, (client) => client.query('insert into s.note values ($1, $1)', [tenant]));
  }
});

afterAll(async () => {
  await Promise.all([owner, service].map((db) => db.close()));
  await server.drop();
});

describe('copy', () => {
  it('adds rows of any length and script as part of its transaction', async () => {
    await owner.query('create table s.copied (id integer primary key, text text)');
    const text = '🙂é'.repeat(300_000);
    await owner.tx((client) => client.copy('s.copied (id, text)', `1\t${text}\n2\t\\N\n`));
    const refused = owner.tx((client) => client.copy('s.copied (id, text)', '3\tx\n1\tx\n'));
    await expect(refused).rejects.toMatchObject({ code: '23505' });
    const { rows } = await owner.query('select id, text from s.copied order by id');
    expect(rows).toEqual([
      { id: 1, text },
      { id: 2, text: null },
    ]);
  });

  it('says what is wrong, and leaves the connection good', async () => {
    await owner.tx(async (client) => {
      await client.query('savepoint before');
      await expect(client.copy('s.nothing (id)', '1\n')).rejects.toMatchObject({ code: '42P01' });
      await client.query('rollback to before');
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    });
  });
});

describe('asTenant', () => {
  const seen = async (db: Database, tenant?: string) => {
    const notes = { name: 'notes', text: 'select text from s.note order by text' };
    const { rows } = await (tenant ? db.asTenant(tenant, (client) => client.query(notes)) : db.query(notes));
    return rows.map(({ text }) => text);
  };

  it('shows a tenant its rows and nobody else’s, whoever had the connection before', async () => {
    const single = open(server.service, 1);
    for (const tenant of ['ann', undefined, 'bob', 'ann', 'ann', undefined, 'carl', undefined, 'bob']) {
      expect(await seen(single, tenant)).toEqual(tenant && tenant !== 'carl' ? [tenant] : []);
    }
    await single.close();
  });

  it('keeps many at once apart on few connections', async () => {
    const few = open(server.service, 2);
    const tenants = Array.from({ length: 90 }, (_, n) => ['ann', 'bob', undefined][n % 3]);
    const answers = await Promise.all(tenants.map((tenant) => seen(few, tenant)));
    expect(answers).toEqual(tenants.map((tenant) => (tenant ? [tenant] : [])));
    await few.close();
  });

  it('lets a tenant write no other’s rows', async () => {
    const foreign = service.asTenant('ann', (client) => client.query(`insert into s.note values ('bob', 'x')`));
    await expect(foreign).rejects.toMatchObject({ code: '42501' });
  });

  it('sets the tenant once as long as it stays', async () => {
    const single = open(server.service, 1);
    await single.asTenant('ann', async (client) => {
      await client.query(`select set_config('throughline.tenant', 'bob', false)`);
    });
    // What our cache does not know of shows that it did not set it again.
    expect(await seen(single, 'ann')).toEqual(['bob']);
    await single.close();
  });

  it('takes back its client', async () => {
    const kept = await service.asTenant('ann', async (client) => client);
    await expect(kept.query('select 1')).rejects.toThrow(ClientMisuse);
  });

  it('wants a name', async () => {
    await expect(service.asTenant('', async () => 1)).rejects.toThrow(ClientMisuse);
    await expect(service.tx(async () => 1, { tenant: '' })).rejects.toThrow(ClientMisuse);
  });

  it('leaves no open transaction to the next', async () => {
    const single = open(server.service, 1);
    const begun = single.asTenant('ann', (client) => client.query('begin'));
    await expect(begun).rejects.toThrow('left open');
    expect(await seen(single, 'ann')).toEqual(['ann']);
    await single.close();
  });

  it('recovers where the connection died', async () => {
    const single = open(server.service, 1);
    const died = single.asTenant('ann', (client) => client.query('select pg_terminate_backend(pg_backend_pid())'));
    await expect(died).rejects.toThrow();
    expect(await seen(single)).toEqual([]);
    await single.close();
  });
});

describe('tx', () => {
  const count = async () => (await service.asTenant('dan', (c) => c.query('select from s.note'))).rowCount;
  const insert = `insert into s.note values ('dan', 'x')`;

  it('commits what resolves and rolls back what rejects', async () => {
    const failing = async () => {
      throw new Error('no');
    };
    const both = service.tx((client) => client.query(insert).then(failing), { tenant: 'dan' });
    await expect(both).rejects.toThrow('no');
    expect(await count()).toBe(0);
    await service.tx((client) => client.query(insert), { tenant: 'dan' });
    expect(await count()).toBe(1);
  });

  it('says so where a swallowed error lost the commit', async () => {
    const lost = service.tx(async (client) => {
      await client.query(insert);
      await client.query('select 1 / 0').catch(() => undefined);
    }, { tenant: 'dan' }); // prettier-ignore
    await expect(lost).rejects.toThrow(ClientMisuse);
    expect(await count()).toBe(1);
  });
});

describe('connections', () => {
  it('say who they are', async () => {
    const { rows } = await service.query(`select current_setting('application_name') as name, current_user as role`);
    expect(rows).toEqual([{ name: 'spec', role: 'throughline_service' }]);
  });

  it('act as another role where asked to, and keep the options of their URL', async () => {
    const url = `${server.superuser}?options=${encodeURIComponent('-c work_mem=7MB')}`;
    const db = connect({ url, role: 'throughline_service', application: 'spec' });
    const settings = `select current_user as role, current_setting('work_mem') as memory, current_setting('TimeZone') as zone`;
    expect((await db.query(settings)).rows).toEqual([{ role: 'throughline_service', memory: '7MB', zone: 'UTC' }]);
    await db.close();
  });

  it('of a session hear notifications and leave nothing behind', async () => {
    const heard = Promise.withResolvers<string | undefined>();
    await service.session(async (client) => {
      client.on('notification', ({ payload }) => heard.resolve(payload));
      await client.query('listen spec; select pg_advisory_lock(7)');
      await service.query(`select pg_notify('spec', 'hello')`);
      expect(await heard.promise).toBe('hello');
      expect((await service.query('select pg_try_advisory_lock(7) as free')).rows).toEqual([{ free: false }]);
    });
    expect((await service.query('select pg_try_advisory_xact_lock(7) as free')).rows).toEqual([{ free: true }]);
  });

  it('use a prepared statement again', async () => {
    const single = open(server.service, 1);
    const statement = { name: 'double', text: 'select $1::int * 2 as it' };
    expect((await single.query(statement, [1])).rows).toEqual([{ it: 2 }]);
    expect((await single.query({ ...statement, values: [2] })).rows).toEqual([{ it: 4 }]);
    const { rows } = await single.query(`select count(*) as n from pg_prepared_statements where name = 'double'`);
    expect(rows).toEqual([{ n: 1n }]);
    await single.close();
  });
});
