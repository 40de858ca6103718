import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, temporaryFolder } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { cli, cliJson, type Counts, startCli, type Status } from './cli.ts';
import { madeMails, mail } from './made.ts';
import { type Standalone, standalone } from './standalone.ts';

const example = (name: string): string => fileURLToPath(new URL(`../../cli/examples/${name}`, import.meta.url));
const nothing: Counts = { read: 0, captured: 0, duplicate: 0, quarantined: 0, rejected: 0 };

/** The status, once everything that was captured can be read. */
const settled = (url: string, tenant?: string): Promise<Status> =>
  eventually(
    async () => {
      const status = await told(asking(url))<Status>('/v1/status?checksums=true', { tenant });
      for (const { position } of status.projections) expect(position).toBe(status.head);
      return status;
    },
    { within: 20_000 },
  );

const mails = madeMails(400);
const writeMails = async (dir: string): Promise<string> => {
  await mkdir(dir);
  await Promise.all(mails.map(({ name, text }) => writeFile(join(dir, name), text)));
  return dir;
};

let server: Standalone;
let folder: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([standalone(), temporaryFolder()]);
}, 90_000);
afterAll(() => server.kill());

describe('the examples of the README', () => {
  const imports: [string, number, string[]][] = [
    ['a folder of mails', 4, [example('mails')]],
    ['a ticket export', 3, [example('tickets.csv'), '--map', example('tickets.jsonata')]],
    ['support dialogues', 4, [example('support-dialogues.json'), '--map', example('support-dialogues.jsonata')]],
  ];

  it.each(imports)(
    'come in once: %s',
    async (_, n, args) => {
      const first = await cli(server.url, 'import', ...args, '--json');
      expect(JSON.parse(first.out)).toEqual({ ...nothing, read: n, captured: n });
      expect(first.code).toBe(0);
      expect(await cliJson(server.url, ['import', ...args])).toEqual({ ...nothing, read: n, duplicate: n });
    },
    30_000,
  );

  it('are told by every reading command, to people and to programs', async () => {
    await settled(server.url);
    const commands = ['customers', 'timeline email:ann@lee.example', 'brief email:ann@lee.example', 'status'];
    const said = await Promise.all(commands.map((command) => cli(server.url, ...command.split(' '))));
    const programs = await Promise.all(commands.map((command) => cliJson<object>(server.url, command.split(' '))));
    expect(said.map(({ code, err }) => ({ code, err }))).toEqual(commands.map(() => ({ code: 0, err: '' })));
    expect(said[0]?.out).toContain('Ann Lee');
    expect(said[1]?.out).toContain('Broken screen');
    expect(said[2]?.out).toContain('5 interactions');
    expect(said[3]?.out).toContain('11 interactions');
    expect(programs[1]).toMatchObject({ items: { length: 5 }, nextCursor: null });
    expect(programs[2]).toMatchObject({ customer: { name: 'Ann Lee' }, happened: { answer: { interactions: 5 } } });
    expect(programs[3]).toMatchObject({ ready: true, counts: { interactions: 11, customers: 4, quarantined: 0 } });
  }, 30_000);

  it('are written out again by `events tail`, field by field', async () => {
    const { code, out } = await cli(server.url, 'events', 'tail', '--until-head', '--json');
    expect(code).toBe(0);
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ position }) => position)).toEqual(events.map((_, at) => at + 1));
    const invoice = events.find(({ data }) => (data as { key: string }).key === 'c1@north.example');
    expect(invoice).toMatchObject({
      specversion: '1.0',
      type: 'InteractionCaptured',
      time: '2026-05-05T05:12:00Z',
      data: {
        source: 'email',
        channel: 'email',
        direction: 'inbound',
        backfill: true,
        subject: 'Invoice of April – missing',
        text: 'Where is the invoice of April?\n\nWe close our books today.',
        participants: [{ handle: 'email:cy@north.example', role: 'customer' }, { handle: 'email:help@acme.example' }],
        attachments: [{ name: 'order.txt', mediaType: 'text/plain' }],
      },
    });
    const ticket = events.find(({ data }) => (data as { key: string }).key === 'ticket-17/comment-2');
    expect(ticket).toMatchObject({
      data: { source: 'acme-helpdesk', conversation: 'ticket-17', priority: 'high', direction: 'outbound' },
    });
  });
});

describe('an import that needs a look', () => {
  const other = mail({ From: 'x@y.example', 'Message-ID': '<a1@lee.example>', Date: 'Mon, 4 May 2026 09:30:00 +0000' });

  it('ends with 3, and what was quarantined is counted and listed until it is tried again', async () => {
    const file = join(folder, 'other.eml');
    await writeFile(file, other);
    const counts = await cliJson<Counts>(server.url, ['import', file], 3);
    expect(counts).toEqual({ ...nothing, read: 1, quarantined: 1 });
    expect((await settled(server.url)).counts.quarantined).toBe(1);
    const { items } = await cliJson<{ items: { id: string; reason: string }[] }>(server.url, ['quarantine', 'list'], 3);
    const reason = expect.stringContaining('another content');
    expect(items).toMatchObject([{ reason, size: other.length, from: 'x@y.example', file }]);
    const shown = await cliJson<{ bytes: string }>(server.url, ['quarantine', 'show', items[0]!.id]);
    expect(Buffer.from(shown.bytes, 'base64').toString()).toBe(other);
    expect(await cliJson(server.url, ['quarantine', 'retry'], 3)).toMatchObject({
      results: [{ outcome: 'quarantined' }],
    });
    expect((await settled(server.url, 'default')).counts.quarantined).toBe(1);
    // What nobody wants needs no look where it is imported again.
    await cliJson(server.url, ['quarantine', 'dismiss', items[0]!.id, '--reason', 'a copy']);
    expect(await cliJson(server.url, ['import', file])).toEqual({ ...nothing, read: 1, duplicate: 1 });
  }, 30_000);

  it('tells beforehand which mail has no sender, and afterwards whose domain is ours by half', async () => {
    const dir = join(folder, 'half');
    await mkdir(dir);
    const to = 'help@half.example';
    const from = (name: string) =>
      mail({
        From: name,
        To: to,
        'Delivered-To': to,
        'Message-ID': `<${name}>`,
        Date: 'Mon, 4 May 2026 09:30:00 +0000',
      });
    await writeFile(join(dir, 'a.eml'), from('ann@lee.example'));
    await writeFile(join(dir, 'b.eml'), from('bo@half.example'));
    await writeFile(join(dir, 'c.eml'), 'Subject: nobody\n\nHi');
    const counts = { ...nothing, read: 3, captured: 2, quarantined: 1 };
    await cliJson(server.url, ['tenants', 'add', 'half']);
    const dry = await cli(server.url, 'import', dir, '--tenant', 'half', '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toEqual(counts);
    expect(dry).toMatchObject({ code: 3, err: expect.stringMatching(/c\.eml: it has no sender that can be read/) });
    const { out, err } = await cli(server.url, 'import', dir, '--tenant', 'half', '--json');
    expect(JSON.parse(out)).toEqual(counts);
    expect(err).toMatch(
      /1 mails? .*half\.example.*only help@half\.example is ours\.\n.*own-addresses add half\.example/,
    );
  }, 60_000);

  it('names each record that is refused, with field and reason', async () => {
    const file = join(folder, 'rows.ndjson');
    const fine = { source: 's', key: 'k', channel: 'chat', direction: 'inbound', occurredAt: '2026-05-04T09:30:00Z' };
    const participants = [{ role: 'customer', handle: 'email:ann@lee.example' }];
    const rows = [{ ...fine, participants }, { ...fine, participants, channel: 'fax' }, { ...fine }];
    await writeFile(file, [...rows.map((row) => JSON.stringify(row)), '{"source":', ''].join('\n'));
    const { code, out, err } = await cli(server.url, 'import', file, '--json');
    expect(JSON.parse(out)).toEqual({ ...nothing, read: 4, captured: 1, rejected: 3 });
    expect(code).toBe(3);
    expect(err).toMatch(/rows\.ndjson:2: \/channel /);
    expect(err).toMatch(/rows\.ndjson:3: \/participants /);
    expect(err).toMatch(/rows\.ndjson:4: is not JSON/);
    const dry = await cliJson<Counts>(server.url, ['import', file, '--dry-run'], 3);
    expect(dry).toEqual({ ...nothing, read: 4, captured: 1, rejected: 3 });
  }, 30_000);
});

describe('the exit code', () => {
  it.each([
    ['an unknown command', ['no-such-command']],
    ['an unknown option', ['status', '--no-such-option']],
    ['a missing argument', ['timeline']],
    ['a number below the least', ['retention', 'plan', '-1']],
    ['what is no address', ['status', '--url', 'here']],
    ['what is no number', ['matters', 'list', '--limit', 'x']],
    ['a file whose ending names no format', ['events', 'export', '--out', 'all.xls']],
  ])('is 2 for %s', async (_, args) => {
    const { code, out, err } = await cli(server.url, ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: /);
  });

  it('is 2 where what was said is not as it must be, though the server found out: it names what was typed', async () => {
    const { code, err } = await cli(server.url, 'tenants', 'add', 'A B!');
    expect([code, err]).toEqual([2, expect.stringMatching(/^throughline: <name> 'A B!' is not a name of .*\n$/)]);
    const handle = await cli(server.url, 'matters', 'list', '--agent', 'bo');
    expect([handle.code, handle.err]).toEqual([2, expect.stringMatching(/^throughline: --agent 'bo' is not .*\n$/)]);
    const { err: json } = await cli(server.url, 'tenants', 'add', 'A B!', '--json');
    expect(JSON.parse(json)).toMatchObject({
      code: 'InvalidBody',
      errors: [{ pointer: '/name', typed: "<name> 'A B!'" }],
    });
  });

  it('is 2 for a name that no tenant can have', async () => {
    const { code, err } = await cli(server.url, 'status', '--tenant', 'A B');
    expect([code, err]).toEqual([2, expect.stringMatching(/^throughline: --tenant 'A B' is not a name /)]);
  });

  it('is 1 where the server says no, and for a file that is not there', async () => {
    const [unknown, gone, tenant] = await Promise.all([
      cli(server.url, 'timeline', 'email:nobody@example.com'),
      cli(server.url, 'import', join(folder, 'gone')),
      cli(server.url, 'status', '--tenant', 'nobody'),
    ]);
    expect([unknown.code, gone.code, tenant.code]).toEqual([1, 1, 1]);
    expect(unknown.err).toContain('nobody@example.com');
    expect(gone.err).toContain('gone');
    expect(tenant.err).toContain('nobody');
  });

  it('is 4 where no server answers', async () => {
    const { code, err } = await cli('http://127.0.0.1:1', 'status');
    expect(code).toBe(4);
    expect(err).toContain('no Throughline answers at http://127.0.0.1:1 (');
  });
});

describe('an import that is killed half-way', () => {
  const tenant = 'shop';
  const importInto = (url: string, dir: string) => cliJson<Counts>(url, ['import', dir, '--tenant', tenant]);
  /** Which facts a customer's timeline shows, the newest first. */
  const lineOf = async (url: string, handle: string): Promise<string[]> => {
    const ask = told(asking(url));
    const { customer } = await ask<{ customer: { id: string } }>(`/v1/brief?handle=${handle}`, { tenant });
    const { items } = await ask<{ items: { id: string }[] }>(`/v1/customers/${customer.id}/timeline`, { tenant });
    return items.map(({ id }) => id);
  };

  it('ends, repeated, as one that was not', async () => {
    const dir = await writeMails(join(folder, 'mails'));
    const other = await standalone();
    try {
      for (const { url } of [server, other]) await cliJson(url, ['tenants', 'add', tenant]);
      expect(await importInto(other.url, dir)).toEqual({ ...nothing, read: 400, captured: 400 });
      const undisturbed = await settled(other.url, tenant);

      const killed = startCli(server.url, 'import', dir, '--json', '--tenant', tenant);
      const ask = told(asking(server.url));
      const begun = async () => (await ask<Status>('/v1/status', { tenant })).counts.interactions;
      await eventually(async () => expect(await begun()).toBeGreaterThan(20), { within: 20_000 });
      killed.child.kill('SIGKILL');
      expect(await killed.ended).toMatchObject({ signal: 'SIGKILL', out: '' });
      const half = await settled(server.url, tenant);
      expect(half.counts.interactions).toBeLessThan(400);
      expect(half.checksum).not.toBe(undisturbed.checksum);

      const { captured, duplicate, ...rest } = await importInto(server.url, dir);
      expect(rest).toEqual({ read: 400, quarantined: 0, rejected: 0 });
      expect(captured + duplicate).toBe(400);
      expect(duplicate).toBeGreaterThanOrEqual(half.counts.interactions);
      const repeated = await settled(server.url, tenant);
      expect(repeated.checksum).toBe(undisturbed.checksum);
      expect(repeated.counts).toEqual(undisturbed.counts);
      const handle = 'email:c3@shop3.example';
      const line = await lineOf(server.url, handle);
      expect(line).toHaveLength(5);
      expect(line).toEqual(await lineOf(other.url, handle));
    } finally {
      await other.kill();
    }
  }, 120_000);
});
