import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const fileAt = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const flags = ['--conditions=source', '--import', fileAt('../../../../tools/source.js'), fileAt('../main.ts')];

type Told = { readonly status: number; readonly body: object };
const well = (body: object): Told => ({ status: 200, body });
const forbidden: Told = { status: 403, body: { code: 'Forbidden', title: 'Not allowed', detail: 'no right' } };

let server: Server;
let url: string;
/** Who may not be looked at, and what is answered instead. */
let closed: readonly string[];
let instead: Readonly<Record<string, Told>>;

/** An installation of three tenants, of which one has something in quarantine. */
const answer = (tenant: string, path: string): Told => {
  if (closed.includes(tenant)) return forbidden;
  if (instead[path]) return instead[path];
  switch (path) {
    case '/health/live':
      return well({});
    case '/v1/status': {
      const counts = { quarantined: tenant === 'acme' ? 2 : 0, parked: 0 };
      return well({ ready: true, tenant, head: 9, counts, projections: [] });
    }
    case '/v1/tenants':
      return well({ items: ['acme', 'beta', 'default'].map((name) => ({ name })), nextCursor: null });
    case '/v1/ledger/checkpoints':
      return well({ items: [{ position: 9 }], nextCursor: null, contradiction: null });
    default:
      return well({ items: [], nextCursor: null });
  }
};

beforeAll(async () => {
  server = createServer(({ url: path = '', headers }, response) => {
    const tenant = String(headers['x-tenant'] ?? 'default');
    const { status, body } = answer(tenant, path.replace(/\?.*/, ''));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  closed = [];
  instead = {};
});
afterAll(() => void server.close());

const doctor = async (...args: string[]) => {
  const child = spawn(process.execPath, [...flags, 'doctor', ...args], {
    env: { ...process.env, NODE_OPTIONS: '', THROUGHLINE_URL: url, THROUGHLINE_TENANT: '' },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stderr.resume();
  const [out, code] = await Promise.all([text(child.stdout), ended]);
  return { out, code };
};

describe('the doctor', () => {
  it('tells what waits where nobody is, what is past its time, and fallbacks who are nobody', async () => {
    const queue = { waiting: 0, late: 0, available: 0, agents: 0 };
    const items = [
      { ...queue, team: 'default', waiting: 1 },
      { ...queue, team: 'idle', fallback: 'agent' },
      { ...queue, team: 'sales', waiting: 5, available: 1, agents: 2 },
      { ...queue, team: 'support', waiting: 4, late: 3, agents: 2, fallback: 'nobody' },
    ];
    instead = { '/v1/queues': well({ items, nextCursor: null }) };
    const { out, code } = await doctor('--tenant', 'beta');
    expect(code).toBe(3);
    expect(out).toMatch(
      /^✗ queues: 1 in default, and it has no agents; 4 in support, and none of its 2 agents is there\n.+`throughline queues list`/m,
    );
    expect(out).toMatch(
      /^ +see .+`throughline agents add HANDLE --team default --available`.+`throughline matters assign MATTER HANDLE.+`throughline agents presence HANDLE available/m,
    );
    expect(out).toMatch(/^✗ past their time: 3 in support\n.+`throughline queues list support`/m);
    expect(out).toMatch(/^✗ fallbacks: nobody, or gone, of support: nothing goes to them\n.+`throughline teams list`/m);
    instead = { '/v1/queues': well({ items: items.slice(0, 1), nextCursor: null }) };
    expect((await doctor('--tenant', 'beta')).out).not.toContain('agents presence');
    instead = { '/v1/queues': well({ items: items.slice(3), nextCursor: null }) };
    expect((await doctor('--tenant', 'beta')).out).not.toContain('agents add');
    instead = { '/v1/queues': well({ items: items.slice(1, 3), nextCursor: null }) };
    const fine = await doctor('--tenant', 'beta');
    expect([fine.code, fine.out]).toEqual([0, expect.stringMatching(/^✓ queues: 5 waiting\n✓ past their time: 0$/m)]);
  });

  it('tells what is made beside live rows, and where that fails or stands still', async () => {
    const beside = {
      is: 'next',
      version: 3,
      since: '2026-05-04T09:30:00Z',
      position: 4,
      state: 'running',
      perSecond: 1,
    };
    const of = (more: object) => {
      instead = { '/v1/projections': well({ items: [{ name: 'routing', version: 2, position: 9, state: 'elsewhere', beside: { ...beside, ...more } }] }) }; // prettier-ignore
      return doctor('--tenant', 'beta');
    };
    const since = new Date().toISOString();
    expect(await of({ since })).toEqual({ code: 0, out: expect.stringMatching(/^✓ beside projection routing: version 3 is made, at 4 of 9$/m) }); // prettier-ignore
    expect(await of({ since, state: 'failing', error: '42702' })).toEqual({ code: 3, out: expect.stringMatching(/^✗ beside .+, and fails: 42702\n +the log .+projections discard routing/m) }); // prettier-ignore
    expect((await of({})).out).toMatch(/^✗ beside projection routing: .+ at 4 of 9, and stands still$/m);
    expect((await of({ position: 9 })).out).toMatch(/^✓ beside projection routing/m);
    expect((await of({ is: 'previous' })).out).not.toContain('beside');
  });

  it('counts the answers that are late, where it may look', async () => {
    instead = { '/v1/promises': well({ items: [{}, {}], nextCursor: null }) };
    const late = await doctor('--tenant', 'beta');
    expect([late.code, late.out]).toEqual([3, expect.stringMatching(/^✗ answers late: 2\n +see `throughline promises due --late`/m)]); // prettier-ignore
    instead = { '/v1/promises': forbidden };
    const blind = await doctor('--tenant', 'beta');
    expect([blind.code, blind.out]).toEqual([0, expect.not.stringContaining('late')]);
  });

  it('looks at all tenants, and names the command that helps there', async () => {
    const { out, code } = await doctor();
    expect(code).toBe(3);
    expect(out).toMatch(/^✓ tenants: looked at default, acme, beta$/m);
    expect(out).toMatch(/^✗ quarantined of acme: 2\n +see `throughline quarantine list --tenant acme`.+`dismiss`/m);
    expect(out).toMatch(/^✓ quarantined: 0$/m);
    expect(out).not.toMatch(/ of beta/);
    const json = JSON.parse((await doctor('--json')).out) as { ok: boolean; findings: object[] };
    expect(json.ok).toBe(false);
    expect(json.findings).toContainEqual(expect.objectContaining({ what: 'quarantined', tenant: 'acme', ok: false }));
  });

  it('looks at one alone where that is asked for', async () => {
    const { out, code } = await doctor('--tenant', 'beta');
    expect([code, out]).toEqual([0, expect.stringMatching(/^✓ tenants: looked at beta$/m)]);
    expect(out).not.toContain('acme');
  });

  it('says whom it could not look at, and looks at its own where it may not know the others', async () => {
    closed = ['acme'];
    const { out, code } = await doctor();
    expect(code).toBe(0);
    expect(out).toMatch(/^✓ tenants: looked at default, beta; acme by a token or key of their own alone$/m);
    instead = { '/v1/tenants': forbidden };
    expect((await doctor()).out).toMatch(/^✓ tenants: looked at default$/m);
  });

  it('tells of signed checkpoints that the ledger contradicts, and where nothing is signed', async () => {
    const contradiction = 'The ledger does not contain what 9.json says.';
    instead = { '/v1/ledger/checkpoints': well({ items: [{ position: 9 }], nextCursor: null, contradiction }) };
    const { out, code } = await doctor('--tenant', 'beta');
    expect([code, out]).toEqual([3, expect.stringMatching(/^✗ checkpoints: The ledger does not .+\n.+ledger verify/m)]);
    const foreign = { code: 'CheckpointForeign', title: 'no', detail: '9.json is no checkpoint.' };
    instead = { '/v1/ledger/checkpoints': { status: 422, body: foreign } };
    expect((await doctor('--tenant', 'beta')).out).toMatch(/^✗ checkpoints: 9.json is no checkpoint/m);
    instead = {
      '/v1/ledger/checkpoints': { status: 409, body: { code: 'NothingSigned', title: 'Nothing is signed' } },
    };
    const unsigned = await doctor('--tenant', 'beta');
    expect([unsigned.code, unsigned.out]).toEqual([
      0,
      expect.stringMatching(/^✓ checkpoints: nothing is signed here/m),
    ]);
  });
});
