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

const open = async (look = {}): Promise<Opened> => {
  const page = await openPage(`${api.url}/queue?view=teams`, { now, ...look });
  await page.getByRole('table', { name: 'Agents' }).waitFor();
  return page;
};
const rows = (page: Opened, name: string) =>
  page.getByRole('table', { name }).locator('tbody tr').evaluateAll((all) => all.map((one) => [...one.children].map(({ textContent }) => textContent.trim()))); // prettier-ignore

describe('who takes work', () => {
  inBrowser(
    'is listed with their teams, whether they are there, and how much they take, who is there first',
    async () => {
      const [bo, maria, sam] = api.world.desk.agents;
      Object.assign(bo!, { turns: 10 });
      // Maria is the fallback of hardware.
      for (const one of [maria!, sam!]) one.teams = [];
      const page = await open();
      expect(await rows(page, 'Agents')).toEqual([
        ['Bo Hansen hardware, sales', 'Available', '10 of 10', '3'],
        ['Maria Sol fallback of hardware', 'Away', '0 of 10', '0'],
        ['Sam Ode in no team', 'Offline', '2 of 10', '3'],
      ]);
      expect(await page.locator('.agents [data-short]').allInnerTexts()).toEqual(['10 of 10', 'in no team']);
      expect(page.troubles).toEqual([]);
      await page.close();
    },
  );

  inBrowser('stands with their team, before what waits there', async () => {
    const page = await open();
    await page.getByRole('button', { name: /^Hardware/ }).click();
    expect((await rows(page, 'Who is in hardware')).map(([who]) => who)).toEqual(['Bo Hansen hardware, sales', 'Sam Ode hardware']);
    const members = (await page.getByRole('table', { name: 'Who is in hardware' }).boundingBox())!;
    const waiting = (await page.getByRole('button', { name: 'Give to …' }).first().boundingBox())!;
    expect(members.y).toBeLessThan(waiting.y);
    await page.getByRole('button', { name: /^Night watch/ }).click();
    await page.getByText('npx throughline agents add email:you@acme.example --team night --available').waitFor();
    await page.close();
  }); // prettier-ignore

  inBrowser('stands with what their team serves, how long that may wait, and who has it then', async () => {
    const page = await open();
    await page.getByRole('button', { name: /^Hardware/ }).click();
    await page.getByText('Serves E-mail and Chat; and whatever asks for hardware. Waits 1 h 30 min at most, then Maria Sol has it. 5 min to accept.').waitFor();
    await page.getByRole('button', { name: /^sales/ }).click();
    await page.getByText('Serves everything.', { exact: true }).waitFor();
    await page.close();
  }); // prettier-ignore

  inBrowser('is read on a telephone', async () => {
    Object.assign(api.world.desk.agents[0]!, { name: undefined, handle: 'email:bartholomew.alexander.hansen@northwind.example' });
    const page = await open({ width: 390, height: 844 });
    await page.getByRole('button', { name: /^Hardware/ }).click();
    await page.getByRole('table', { name: 'Who is in hardware' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0);
    for (const table of await page.getByRole('table').all()) {
      const { x, width } = (await table.boundingBox())!;
      expect(x + width).toBeLessThanOrEqual(390 - 16);
    }
    await page.close();
  }); // prettier-ignore

  inBrowser('is not listed to who may not know, and the queues are all the same', async () => {
    api.instead = ({ path }) => (path === '/v1/agents' ? problem(403, 'Not allowed', 'It needs open.') : undefined);
    const page = await openPage(`${api.url}/queue?view=teams`, { now });
    await page.getByText('It needs open.').waitFor();
    await page.getByRole('button', { name: /^Hardware/ }).click();
    await page.getByRole('button', { name: 'Give to …' }).first().waitFor();
    await page.close();
  });
});
