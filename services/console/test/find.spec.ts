import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { closeBrowser, inBrowser, openPage } from './browser.ts';
import { idOf } from './made.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';
import { smallWorld } from './world.ts';

let api: StandIn;
beforeAll(async () => {
  const world = smallWorld();
  const [somebody] = world.customers.slice(-1);
  for (let at = 0; at < 120; at += 1)
    world.customers.push({ ...somebody!, id: idOf(3_000 + at), name: `Person ${at}` });
  api = await standIn(world);
});
beforeEach(() => {
  api.instead = () => undefined;
  api.asked.length = 0;
});
afterAll(() => Promise.all([api.close(), closeBrowser()]));

describe('finding', () => {
  inBrowser('finds a customer by name, from the keyboard alone', async () => {
    const page = await openPage(api.url);
    await page.getByRole('link', { name: /Ann Lee/ }).waitFor();
    await page.keyboard.press('/');
    await page.getByPlaceholder(/^Somebody/).waitFor();
    await page.keyboard.type('søren', { delay: 15 });
    await page.getByRole('option', { name: /Søren Kjær/ }).and(page.locator('[aria-selected=true]')).waitFor(); // prettier-ignore
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Søren Kjær' }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/customers\//);
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('goes from something that was said to its place on the line', async () => {
    const page = await openPage(api.url);
    await page.getByText('Ann Lee').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder(/^Somebody/).waitFor();
    await page.keyboard.type('thirteen mice', { delay: 5 });
    await page.getByRole('option', { name: /Re: Broken screen/ }).click();
    await page.locator('[data-current]', { hasText: 'thank you for looking into this' }).waitFor();
    expect(page.url()).toContain('at=');
    await page.close();
  });

  inBrowser('calls a task that was found by its words, within the dialog', async () => {
    const [customer] = api.world.customers;
    const what = 'Send the corrected invoice of March, and ask whether the one of April was right at last';
    const entry = { id: idOf(750), type: 'task', occurredAt: '2026-05-04T09:31:00Z', participants: [], task: { id: idOf(751), what } }; // prettier-ignore
    api.instead = ({ path }) =>
      path === '/v1/search' ? { body: { items: [{ customer, entry }], nextCursor: null } } : undefined;
    const page = await openPage(api.url);
    await page.getByText('Ann Lee').waitFor();
    await page.keyboard.press('/');
    await page.getByPlaceholder(/^Somebody/).fill('invoice');
    const option = page.getByRole('option', { name: /^Send the corrected invoice of March/ });
    await option.waitFor();
    const [row, dialog] = [(await option.boundingBox())!, (await page.locator('.palette').boundingBox())!];
    expect(row.x + row.width).toBeLessThan(dialog.x + dialog.width);
    await page.close();
  });

  inBrowser('narrows the list of people as one types, and by who owns nobody', async () => {
    const page = await openPage(api.url);
    await page.getByRole('searchbox').fill('pri');
    await page.getByText('Ana Petrović').waitFor({ state: 'detached' });
    expect(await page.locator('.people li').count()).toBe(1);
    expect(page.url()).toContain('q=pri');
    await page.getByRole('searchbox').fill('zzz');
    await page.getByText('Nothing begins with “zzz”.').waitFor();
    await page.goto(`${api.url}/?owner=none`);
    await page.getByText('Nobody Yet').waitFor();
    expect(await page.getByText('Ann Lee').count()).toBe(0);
    await page.close();
  });

  inBrowser('leads from a customer to its account and from there to its people', async () => {
    const page = await openPage(`${api.url}/customers/${idOf(1)}`);
    await page.getByRole('link', { name: 'Acme Ltd' }).click();
    await page.getByRole('heading', { name: 'Acme Ltd' }).waitFor();
    await page.getByText('Wrong number, sorry').waitFor();
    await page.getByRole('link', { name: /ليلى حسن/ }).click();
    await page.getByRole('heading', { name: 'ليلى حسن' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/customers/${idOf(3)}`);
    await page.goto(`${api.url}/accounts?owner=none`);
    await page.getByText('Example Works').waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('reads a list on as it is scrolled, and goes back to where one was in it', async () => {
    const page = await openPage(api.url);
    await page.getByText('Ann Lee').waitFor();
    await eventually(async () => {
      // Up and down, as one does who waits for more.
      await page.evaluate(() => window.scrollBy(0, -1_000));
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      expect(await page.locator('.people li').count()).toBe(api.world.customers.length);
    });
    await page.evaluate(() => window.scrollTo(0, 2_000));
    await page.getByText('Person 70', { exact: true }).click();
    await page.getByRole('heading', { name: 'Person 70' }).waitFor();
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
    await page.goBack();
    await eventually(async () => expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(1_500));
    await page.close();
  });

  inBrowser('follows an id that was joined to another', async () => {
    api.instead = ({ path, query }) =>
      path.startsWith(`/v1/customers/${idOf(6)}`)
        ? { status: 308, location: `${path.replace(idOf(6), idOf(1))}?${query.toString()}` }
        : undefined;
    const page = await openPage(`${api.url}/customers/${idOf(6)}?channel=email`);
    await page.waitForURL(`**/customers/${idOf(1)}?channel=email`);
    await page.getByText('Re: Laptops for a new office').waitFor({ state: 'attached' });
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('asks for the tenant that was chosen, stays where one is, and goes back to the former', async () => {
    api.world.tenants = ['default', 'northwind'];
    const askedOf = () => api.asked.filter(({ path }) => path === '/v1/overview').at(-1)?.headers['x-tenant'];
    const page = await openPage(`${api.url}/overview?bucket=day`);
    await page.getByLabel('Tenant').selectOption('northwind');
    await page.waitForURL('**/overview?bucket=day&tenant=northwind');
    await eventually(() => expect(askedOf()).toBe('northwind'));
    await page.goBack();
    await page.waitForURL('**/overview?bucket=day');
    expect(await page.getByLabel('Tenant').inputValue()).toBe('default');
    await page.goForward();
    await page.getByRole('link', { name: 'People' }).click();
    await page.waitForURL('**/?tenant=northwind');
    await page.getByText('Ann Lee').click();
    await page.waitForURL(`**/customers/${idOf(1)}?tenant=northwind`);
    await page.getByLabel('Tenant').selectOption('default');
    await page.waitForURL(`${api.url}/`);
    await eventually(() => expect(api.asked.at(-1)?.headers['x-tenant']).toBe('default'));
    api.world.tenants = ['default'];
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('shows the tenant that the address names, and begins with the one chosen last', async () => {
    api.world.tenants = ['default', 'northwind'];
    const page = await openPage(`${api.url}/customers/${idOf(1)}?tenant=northwind`);
    await page.getByText('Wrong number, sorry').waitFor();
    expect(new Set(api.asked.map(({ headers }) => headers['x-tenant']))).toEqual(new Set(['northwind']));
    expect(await page.getByRole('link', { name: 'Acme Ltd' }).getAttribute('href')).toContain('?tenant=northwind');
    await page.goto(api.url);
    await page.getByText('Ann Lee').waitFor();
    expect(page.url()).toBe(`${api.url}/`);
    await page.getByLabel('Tenant').selectOption('northwind');
    await page.waitForURL('**/?tenant=northwind');
    await page.goto(api.url);
    await page.waitForURL('**/?tenant=northwind');
    await page.goto(`${api.url}/accounts`);
    expect(await page.getByLabel('Tenant').inputValue()).toBe('default');
    api.world.tenants = ['default'];
    await page.close();
  });

  inBrowser('says what to do where nothing is there or nothing answers', async () => {
    api.instead = ({ path }) => (path === '/v1/customers' ? { body: { items: [], nextCursor: null } } : undefined);
    const page = await openPage(api.url);
    await page.getByText('npx throughline import PATH').waitFor();
    api.instead = ({ path }) =>
      path.startsWith('/v1/customers') ? problem(404, 'No such customer', 'Nobody has this id.') : undefined;
    await page.goto(`${api.url}/customers/${idOf(999)}`);
    await page.getByText('Nobody has this id.').waitFor();
    await page.getByRole('link', { name: 'To the people' }).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.goto(`${api.url}/elsewhere`);
    await page.getByText('There is nothing at this address.').waitFor();
    await page.getByRole('link', { name: 'To the people' }).click();
    await page.getByRole('heading', { name: 'People' }).waitFor();
    await page.close();
  });
});
