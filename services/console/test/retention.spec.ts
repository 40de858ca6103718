import { afterAll, beforeEach, describe, expect } from '@jest/globals';
import { closeBrowser, inBrowser, type Opened, openPage } from './browser.ts';
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
const rows = (page: Opened) => page.locator('.quarters tbody tr').evaluateAll((all) => all.map((one) => [...one.children].map(({ textContent }) => textContent.trim()))); // prettier-ignore
const asked = async (): Promise<Opened> => {
  const page = await openPage(`${api.url}/retention`, { now });
  await page.getByRole('button', { name: 'Change' }).click();
  await page.getByRole('dialog', { name: 'For how long it is kept' }).waitFor();
  return page;
};
const would = (page: Opened) => page.getByRole('region', { name: 'What it would destroy' });
const set = (page: Opened) => page.getByRole('button', { name: 'Set it' });

describe('retention', () => {
  inBrowser('is told by quarters, with when each expires and of whom something stays', async () => {
    api.world.retention = { keep: 8, notice: 30, from: '2026-06-01T00:00:00Z' };
    const page = await openPage(api.url, { now });
    await page.getByText('Ann Lee').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.getByText('The quarter that goes on is kept, and the 8 before it. What is older expires by itself, and is told 30 days before. Nothing expires before 1 Jun 2026.').waitFor(); // prettier-ignore
    expect(await rows(page)).toEqual([
      ['Apr – Jun 2026', '53', '0', '1 Jul 2028'],
      ['Oct – Dec 2025', '1,000 or more', '640 or more', '1 Jan 2028'],
      ['Apr – Jun 2024', '3', '0', '1 Jul 2026'],
      ['Jan – Mar 2024 over its time', '40', '12', '1 Jun 2026'],
    ]);
    await page.getByText('npx throughline retention run --destroy').waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('is changed only once what that destroys was told, and whoever does it is sure', async () => {
    const page = await asked();
    await would(page).getByText('So it is already.').waitFor();
    expect(await set(page).isDisabled()).toBe(true);
    const { promise: told, resolve: tell } = Promise.withResolvers<undefined>();
    api.instead = ({ query }) => (query.get('keep') === '7' ? told : undefined);
    await page.getByLabel('Past quarters that are kept').fill('7');
    await would(page).getByRole('status', { name: 'Loading' }).waitFor();
    expect(await set(page).isDisabled()).toBe(true);
    tell(undefined);
    await would(page).getByText('47 keys would be destroyed on 5 Jun 2026').waitFor();
    expect(await would(page).getByRole('listitem').allInnerTexts()).toEqual([
      'Jan – Mar 2024: 40 customers; 12 of them stay, and keep their names',
      'Apr – Jun 2024: 3 customers',
    ]);
    expect(await set(page).isDisabled()).toBe(true);
    await page.getByLabel('cannot be brought back').check();
    await page.getByLabel('Days of notice').fill('60');
    await would(page).getByText('on 5 Jul 2026').waitFor();
    // Whoever was sure of seven quarters is not of eight.
    await page.getByLabel('Past quarters that are kept').fill('8');
    await would(page).getByText('42 keys would be destroyed').waitFor();
    expect(await set(page).isDisabled()).toBe(true);
    await page.getByLabel('cannot be brought back').check();
    expect(posted()).toEqual([]);
    await set(page).click();
    await page.getByText('The quarter that goes on is kept, and the 8 before it.').waitFor();
    expect(posted().map(({ method, path, body }) => [method, path, body])).toEqual([
      ['PUT', '/v1/policies/retention', { keep: 8, notice: 60 }],
    ]);
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('that destroys nothing is set at once, and what is out of bounds is named', async () => {
    const page = await asked();
    await page.getByLabel('Past quarters that are kept').fill('0');
    await page.getByText('has to be from 1 to 400').waitFor();
    expect(await would(page).innerText()).toBe('');
    expect(await set(page).isDisabled()).toBe(true);
    await page.getByLabel('Past quarters that are kept').fill('40');
    await page.getByLabel('Days of notice').fill('367');
    await page.getByText('has to be from 0 to 366').waitFor();
    expect(await would(page).innerText()).toBe('');
    await page.getByLabel('Days of notice').fill('30');
    await would(page).getByText('Jan – Mar 2024 would be the first to expire, on 1 Apr 2034.').waitFor();
    await set(page).click();
    await page.getByText('and the 40 before it').waitFor();
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Past quarters that are kept').fill('');
    await would(page).getByText('Nothing is destroyed.').waitFor();
    await set(page).click();
    await page.getByText('Everything is kept, for ever.').waitFor();
    expect(posted().map(({ body }) => body)).toEqual([{ keep: 40, notice: 30 }, { keep: null, notice: 30 }]);
    await page.close();
  }); // prettier-ignore

  inBrowser('is refused in words to who may not operate', async () => {
    api.instead = ({ path }) =>
      path === '/v1/retention' ? problem(403, 'Not allowed', 'It needs the right to operate.') : undefined;
    const page = await openPage(`${api.url}/retention`, { now });
    await page.getByText('It needs the right to operate.').waitFor();
    expect(await page.getByRole('button', { name: 'Change' }).isDisabled()).toBe(true);
    await page.close();
  });
});
