import { afterAll, beforeEach, describe, expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { closeBrowser, inBrowser, type Opened, openPage } from './browser.ts';
import { idOf } from './made.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';

const now = '2026-05-06T10:00:00Z';
let api: StandIn;
const opened: StandIn[] = [];
beforeEach(async () => {
  api = await standIn();
  opened.push(api);
});
afterAll(() => Promise.all([...opened.map((one) => one.close()), closeBrowser()]));

const posted = () => api.asked.filter(({ method }) => method !== 'GET');
const open = async (query = ''): Promise<Opened> => {
  const page = await openPage(`${api.url}/connections${query}`, { now });
  await page.getByRole('heading', { name: 'hubspot-eu' }).waitFor();
  return page;
};
const card = (page: Opened, name: string) => page.locator('.connection').filter({ has: page.getByRole('heading', { name }) }); // prettier-ignore

describe('connections', () => {
  inBrowser('say why one is paused and what to do, and go on with a new secret that is never shown', async () => {
    const page = await open();
    const mates = card(page, 'customermates');
    await mates.getByText('Give the connection a new secret.').waitFor();
    await mates.getByRole('button', { name: 'New secret' }).click();
    await page.getByLabel('The new secret').fill('cm_2_secret');
    expect(await page.getByLabel('The new secret').getAttribute('type')).toBe('password');
    await page.keyboard.press('Escape');
    await mates.getByRole('button', { name: 'New secret' }).click();
    expect(await page.getByLabel('The new secret').inputValue()).toBe('');
    await page.getByLabel('The new secret').fill('cm_2_secret');
    await page.getByRole('button', { name: 'Save' }).click();
    await mates.getByText('active').waitFor();
    expect(posted()[0]).toMatchObject({ path: `/v1/connections/${idOf(972)}/rotate`, body: { secret: 'cm_2_secret' } });
    expect(await page.content()).not.toContain('cm_2_secret');
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('are tested, and what is missing is made', async () => {
    const page = await open();
    const hubspot = card(page, 'hubspot-eu');
    await hubspot.getByRole('button', { name: 'Test' }).click();
    await hubspot.getByText('Something is missing.').waitFor();
    await hubspot.getByRole('button', { name: 'Make what is missing' }).click();
    await hubspot.getByText('What was tested is as it has to be:').waitFor();
    expect(posted().map(({ body }) => body)).toEqual([{ prepare: false }, { prepare: true }]);
    await hubspot.getByText('What it can do').click();
    await hubspot.getByText('owner, tier, value, and deals').waitFor();
    await page.close();
  });

  inBrowser('that cannot be reached say so, and offer to make nothing', async () => {
    Object.assign(api.world.writeback.connections[1]!, { url: 'https://nowhere.example' });
    const page = await open();
    const hubspot = card(page, 'hubspot-eu');
    await hubspot.getByRole('button', { name: 'Test' }).click();
    await hubspot.getByText('✗ unreachable It cannot be reached: its name is not known').waitFor();
    expect(await hubspot.getByRole('button', { name: 'Make what is missing' }).count()).toBe(0);
    await page.close();
  });

  inBrowser('are paused and resumed', async () => {
    const page = await open();
    const hubspot = card(page, 'hubspot-eu');
    await hubspot.getByRole('button', { name: 'Pause' }).click();
    await hubspot.getByText('Paused by hand').waitFor();
    await hubspot.getByRole('button', { name: 'Resume' }).click();
    await hubspot.getByText('active', { exact: true }).waitFor();
    expect(posted().map(({ path }) => path.split('/').at(-1))).toEqual(['pause', 'resume']);
    await page.close();
  });

  inBrowser('are removed once that is said twice, and what was written there keeps its name', async () => {
    const page = await open('?state=confirmed');
    await card(page, 'customermates').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('What waits for it, or was set aside, is dropped').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(posted()).toEqual([]);
    await card(page, 'customermates').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await card(page, 'customermates').waitFor({ state: 'detached' });
    expect(posted().map(({ method, path }) => [method, path])).toEqual([['DELETE', `/v1/connections/${idOf(972)}`]]);
    await page.locator('.delivery').filter({ hasText: 'c0ffee' }).getByText('customermates · written').waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('are added, and each field is told what is wrong with it', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Connect a CRM' }).click();
    await page.getByText('May stay empty where the CRM is always at one place.').waitFor();
    await page.getByLabel('Kind of CRM').selectOption('Customermates');
    await page.getByText('The address of Customermates.').waitFor();
    await page.getByLabel('Kind of CRM').selectOption('HubSpot');
    await page.getByText('May stay empty: HubSpot is at https://api.hubapi.com.').waitFor();
    await page.getByText('HubSpot: an API key. It is kept sealed and never shown again.').waitFor();
    await page.getByLabel('What it is called here').fill('hubspot-us');
    await page.getByLabel('Where it is').fill('http://crm.example');
    await page.getByLabel('Secret').fill('pat-1');
    await page.getByLabel('Settings').fill('{');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('is not JSON', { exact: true }).waitFor();
    await page.getByLabel('Settings').fill('{"tier":"level"}');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('is not encrypted').waitFor();
    await page.getByLabel('Where it is').fill('');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('heading', { name: 'hubspot-us' }).waitFor();
    expect(posted().at(-1)!.body).toEqual({ crm: 'hubspot', name: 'hubspot-us', secret: 'pat-1', settings: { tier: 'level' } }); // prettier-ignore
    await page.close();
  });
});

describe('deliveries', () => {
  const row = (page: Opened, text: string) => page.locator('.delivery').filter({ hasText: text });

  inBrowser('that a person must look at come first, with what the CRM said and what to do', async () => {
    const page = await open();
    const parked = row(page, 'no contact at any of 1 addresses');
    await parked.getByText('Add the contact in the CRM, then try again.').waitFor();
    await row(page, 'is none of LOW, MEDIUM, HIGH').getByRole('button', { name: 'Drop' }).click();
    await row(page, 'is none of LOW').waitFor({ state: 'detached' });
    await parked.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing wants to be looked at.').waitFor();
    expect(posted().map(({ method, path }) => [method, path])).toEqual([
      ['DELETE', `/v1/deliveries/${idOf(982)}`],
      ['POST', `/v1/deliveries/${idOf(981)}/retry`],
    ]);
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('say what waits and for what, and where what was written is', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Waits' }).click();
    await row(page, 'Waits to be tried again: throttled').getByText('0:40 left').waitFor();
    await row(page, 'for the connection: its key is not known').waitFor();
    await page.getByRole('button', { name: 'Written' }).click();
    await row(page, 'communications/4471').waitFor();
    const link = row(page, 'Task of Ann Lee').getByRole('link', { name: 'c0ffee ↗' });
    expect(await link.getAttribute('href')).toBe('https://crm.northwind.example/tasks/c0ffee');
    await card(page, 'customermates').getByRole('link', { name: 'What was written there' }).click();
    await row(page, 'communications/4471').waitFor({ state: 'detached' });
    await link.waitFor();
    expect(new URL(page.url()).search).toBe(`?of=${idOf(972)}&state=confirmed`);
    await page.close();
  });

  inBrowser('are told not to be where nothing is connected, or nothing is written back at all', async () => {
    api.world.writeback.connections = [];
    const page = await openPage(`${api.url}/connections`, { now });
    await page.getByText('npx throughline connections add').waitFor();
    expect(await page.getByText('What is written', { exact: true }).count()).toBe(0);
    api.instead = ({ path }) => (path.startsWith('/v1/c') ? problem(404, 'Not found') : undefined);
    await page.reload();
    await page.getByText('This installation writes nothing back.').waitFor();
    await eventually(async () => expect(await page.getByRole('button', { name: 'Connect a CRM' }).isDisabled()).toBe(true)); // prettier-ignore
    await page.close();
  });
});
