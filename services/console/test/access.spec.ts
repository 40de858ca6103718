import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { closeBrowser, inBrowser, openPage } from './browser.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';

const good = 'tl_good';
const unknown = problem(401, 'It is not known who you are', 'Say who you are.');
let server: StandIn;
beforeAll(async () => {
  server = await standIn();
});
beforeEach(() => {
  server.instead = ({ headers }) => (headers['authorization'] === `Bearer ${good}` ? undefined : unknown);
});
afterAll(() => Promise.all([server.close(), closeBrowser()]));

describe('where the server asks who looks on', () => {
  inBrowser(
    'a token is asked for, told when it is not taken, kept for this tab alone, and forgotten',
    async () => {
      const page = await openPage(server.url);
      const field = page.getByLabel('Token or API key');
      await field.fill('tl_bad');
      await page.keyboard.press('Enter');
      await page
        .getByRole('alert')
        .getByText(/not taken/)
        .waitFor();
      await field.fill(` ${good} `);
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('link', { name: /Ann/ }).first().waitFor();
      // The token says whose data is meant.
      expect(server.asked.filter(({ headers }) => headers['authorization'] === `Bearer ${good}` && 'x-tenant' in headers)).toEqual([]); // prettier-ignore
      await page.reload();
      await page.getByRole('link', { name: /Ann/ }).first().waitFor();
      expect(await page.evaluate(() => [JSON.stringify(localStorage).includes('tl_'), document.cookie])).toEqual([false, '']); // prettier-ignore

      await page.getByRole('button', { name: 'Sign out' }).click();
      await field.waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      await page.close();
    },
    60_000,
  );

  inBrowser('and where it does not, nobody is asked', async () => {
    server.instead = () => undefined;
    const page = await openPage(server.url);
    await page.getByRole('link', { name: /Ann/ }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    expect(page.troubles).toEqual([]);
    await page.close();
  });
});
