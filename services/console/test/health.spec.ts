import { afterAll, beforeEach, describe, expect } from '@jest/globals';
import { closeBrowser, inBrowser, type Opened, openPage } from './browser.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';
import { smallWorld } from './world.ts';

const now = '2026-05-06T10:00:00Z';
let api: StandIn;
const opened: StandIn[] = [];
beforeEach(async () => {
  api = await standIn();
  opened.push(api);
});
afterAll(() => Promise.all([...opened.map((one) => one.close()), closeBrowser()]));

const row = (page: Opened, what: string) => page.locator('.finding').filter({ has: page.getByRole('heading', { name: what, exact: true }) }); // prettier-ignore
const texts = (page: Opened, section: string) =>
  page.getByRole('region', { name: section }).locator('.finding').evaluateAll((rows) => rows.map((one) => [...one.children].map(({ textContent }) => textContent.trim()))); // prettier-ignore

describe('the health of an installation', () => {
  inBrowser('is told in plain words, what needs a hand first, with what to do about it', async () => {
    const page = await openPage(api.url, { now });
    await page.getByText('Ann Lee').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByText('6 things need a hand.').waitFor();
    expect(await texts(page, 'The tenant default')).toEqual([
      ['Quarantine', 'needs a hand', '2 things came in and could not be understood.Try again, or dismiss what nobody wants.'],
      ['Connection customermates', 'needs a hand', 'Paused: GET /api/v1/users/me: 401, the key is not known.Give the connection a new secret.'],
      ['Written to CRMs', 'needs a hand', '1 refused by a CRM, 1 set aside.Mend what each one says, then try it again; or drop it.'],
      ['Queue night', 'needs a hand', '1 waiting, and it has no agents.Add an agent to the team; or give it to somebody.'],
      ['Queue night', 'needs a hand', '1 in it is past the time by which somebody was to have them.Give them to somebody.'],
      ['Team night', 'needs a hand', 'Whoever was to have what waits too long is no agent, or left: nothing goes to them.Say the team anew, with another fallback. npx throughline teams add night … --fallback HANDLE --tenant default'],
      ['Events set aside', 'well', 'Every event is in the pages and lists.'],
    ]); // prettier-ignore
    expect(await texts(page, 'What all tenants share')).toEqual([
      ['Server', 'well', 'It answers, and all of its parts run.'],
      ['Pages and lists', 'well', 'They know all 4,711 events of the ledger.'],
      ['Proof of the ledger', 'well', 'It contains what was signed last, at 4,700 on 6 May 2026.'],
    ]);
    await row(page, 'Written to CRMs').getByRole('link').click();
    await page.getByText('is none of LOW, MEDIUM, HIGH').waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('says so where all is well', async () => {
    api = await standIn({ ...smallWorld(), quarantined: [] });
    opened.push(api);
    api.world.writeback.connections.shift();
    api.world.writeback.deliveries = [];
    api.world.desk.teams.pop();
    const page = await openPage(`${api.url}/doctor`, { now });
    await page.getByText('All is well.').waitFor();
    await page.getByText('1 CRM connected, and none refuses.').waitFor();
    await page.getByText('2 waiting, and somebody is there for each.').waitFor();
    await page.close();
  });

  inBrowser('shows what whoever looks on may know, and says what they may not', async () => {
    api.instead = ({ path }) =>
      /connections|deliveries|checkpoints/.test(path) ? problem(403, 'Not allowed', 'It needs operate.') : undefined;
    const page = await openPage(`${api.url}/doctor`, { now });
    await row(page, 'Connections').getByText('not shown').waitFor();
    await row(page, 'Proof of the ledger').getByText('Only who may operate is told.').waitFor();
    await row(page, 'Quarantine').getByText('needs a hand').waitFor();
    await page.close();
  });

  inBrowser('tells of a ledger that is not what was signed, and of parts that do not follow', async () => {
    api.instead = ({ path }) => {
      if (path === '/v1/ledger/checkpoints') return { body: { items: [], contradiction: 'It does not contain position 9.', nextCursor: null } }; // prettier-ignore
      if (path === '/v1/projections') return { body: { items: [{ name: 'search', position: 29_990, beside: { is: 'next', version: 3, since: now, position: 12, state: 'failing', error: '42702' } }] } }; // prettier-ignore
      if (path !== '/v1/status') return undefined;
      const projections = [{ name: 'timeline', position: 20_000 }, { name: 'search', position: 29_990 }]; // prettier-ignore
      return { body: { ready: false, tenant: 'default', head: 30_000, counts: { quarantined: 0, parked: 3 }, projections } }; // prettier-ignore
    };
    const page = await openPage(`${api.url}/doctor`, { now });
    await row(page, 'Proof of the ledger').getByText('It does not contain position 9.').waitFor();
    await row(page, 'Proof of the ledger').getByText('npx throughline ledger verify').waitFor();
    await row(page, 'Server').getByText('needs a hand').waitFor();
    await row(page, 'Made anew: search')
      .getByText('Version 3 is made beside what is shown, at 12 of 29,990, and fails: 42702.')
      .waitFor();
    await row(page, 'Pages and lists: timeline').getByText('needs a hand').waitFor();
    await row(page, 'Pages and lists: search').getByText('10 events behind the ledger.').waitFor();
    await row(page, 'Pages and lists: search').getByText('well', { exact: true }).waitFor();
    await row(page, 'Events set aside').getByText('npx throughline parked list --tenant default').waitFor();
    await page.close();
  });

  inBrowser('is told of the other tenants as well, for who may look at them', async () => {
    api.world.tenants = ['default', 'northwind', 'closed'];
    api.instead = ({ path, headers }) => {
      if (headers['x-tenant'] === 'closed') return problem(403, 'Not allowed');
      if (headers['x-tenant'] !== 'northwind') return undefined;
      return /connections|deliveries|queues/.test(path) ? { body: { items: [], nextCursor: null } } : undefined;
    };
    const page = await openPage(`${api.url}/doctor`, { now });
    await row(page, 'closed').getByText('It cannot be looked at.').waitFor();
    await row(page, 'northwind').getByText('Quarantine: 2 things came in').waitFor();
    await page.getByRole('link', { name: 'northwind' }).click();
    await page.getByRole('region', { name: 'The tenant northwind' }).waitFor();
    expect(new URL(page.url()).search).toBe('?tenant=northwind');
    await row(page, 'default').getByText('needs a hand').waitFor();
    await page.close();
  });
});
