import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { closeBrowser, inBrowser, type Opened, openPage } from './browser.ts';
import { idOf } from './made.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';
import { longStory, smallWorld } from './world.ts';

const now = '2026-05-06T13:00:00Z';
const count = 100_000;
let api: StandIn;
beforeAll(async () => {
  const world = smallWorld();
  world.timelines.set(idOf(100), longStory(count));
  world.timelines.set(idOf(101), longStory(3_000));
  api = await standIn(world);
});
afterAll(() => Promise.all([api.close(), closeBrowser()]));

const rowsDrawn = (page: Opened) => page.locator('.row').count();

const frames = 60;

/** What all renderers have worked so far, in milliseconds: not more where the machine is busy with others. */
const worked = async (page: Opened): Promise<number> => {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { type, cpuTime }) => (type === 'renderer' ? sum + cpuTime * 1_000 : sum), 0);
};

/** Scrolls as a wheel does, a step each frame: the work of a frame, and the most rows that were there at once. */
const scroll = async (page: Opened) => {
  const before = await worked(page);
  const rows = await page.evaluate(async (count) => {
    let most = 0;
    for (let frame = 0; frame < count; frame += 1) {
      window.scrollBy(0, 120);
      await new Promise(requestAnimationFrame);
      most = Math.max(most, document.querySelectorAll('.row').length);
    }
    return most;
  }, frames);
  return { rows, perFrame: ((await worked(page)) - before) / frames };
};

describe('a relationship of 100 000 entries', () => {
  inBrowser(
    'is drawn and scrolled as one of a hundred',
    async () => {
      // Large pages, so that all of it is read within a test.
      api.pageSize = 10_000;
      const page = await openPage(`${api.url}/customers/${idOf(100)}`, { now });
      await page.getByText(`Matter ${count}`).last().waitFor();
      const few = await scroll(page);
      // All pages, from end to end of what is read.
      await eventually(
        async () => {
          await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
          expect(await page.getByText(/^The first touch/).count()).toBe(1);
        },
        { within: 60_000 },
      );
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight / 2));
      const many = await scroll(page);
      expect(Math.max(few.rows, many.rows)).toBeLessThan(200);
      // Not much more work in the middle of all than at the top of the first page.
      expect(many.perFrame).toBeLessThan(few.perFrame * 2 + 20);
      await page.keyboard.press('j');
      await page.locator('[data-current]').waitFor();
      expect(await rowsDrawn(page)).toBeLessThan(200);
      expect(page.troubles).toEqual([]);
      await page.close();
      delete api.pageSize;
    },
    120_000,
  );

  inBrowser('does not jump as its rows are measured', async () => {
    const page = await openPage(`${api.url}/customers/${idOf(101)}`, { now });
    await page.getByText('Matter 3000').last().waitFor();
    await eventually(async () => {
      await page.evaluate(() => window.scrollTo(0, 12_000));
      expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(8_000);
    });
    // Up and down again: what is in the middle of the window moves by as much as was scrolled, and by nothing else.
    const strayed = await page.evaluate(async () => {
      let most = 0;
      for (const step of [...Array.from({ length: 25 }, () => -90), ...Array.from({ length: 25 }, () => 90)]) {
        const seen = document
          .elementsFromPoint(500, 450)
          .find((element) => element.closest('.row'))
          ?.closest('.row');
        const key = seen?.querySelector('[data-entry]')?.getAttribute('data-entry');
        const before = seen?.getBoundingClientRect().top ?? 0;
        window.scrollBy(0, step);
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        const same = key && document.querySelector(`[data-entry="${key}"]`)?.closest('.row');
        if (same) most = Math.max(most, Math.abs(same.getBoundingClientRect().top - before + step));
      }
      return most;
    });
    expect(strayed).toBeLessThanOrEqual(2);
    await page.close();
  });

  inBrowser('is read on under its filters, and says so where it cannot be', async () => {
    const page = await openPage(`${api.url}/customers/${idOf(101)}?channel=email`, { now });
    await page.getByText('Matter 3000').last().waitFor();
    const pages = () => api.asked.filter(({ path }) => path.endsWith('/timeline')).map(({ query }) => query);
    await page.getByLabel('Direction').selectOption('inbound');
    await page.getByText('Matter 2997').waitFor({ state: 'detached' });
    expect(
      pages()
        .find((query) => query.has('direction'))!
        .get('cursor'),
    ).toBeNull();
    api.instead = ({ query }) =>
      query.has('cursor') ? problem(422, 'Not now', 'That page cannot be read.') : undefined;
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await page.getByText('That page cannot be read.').waitFor();
    api.instead = () => undefined;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('That page cannot be read.').waitFor({ state: 'detached' });
    expect([...pages().at(-1)!.keys()]).toEqual(expect.arrayContaining(['channel', 'direction', 'cursor']));
    await page.close();
  });

  inBrowser('is walked with a key held down', async () => {
    const page = await openPage(`${api.url}/customers/${idOf(101)}`, { now });
    // On the line: the brief names it as well, and earlier.
    await page.locator('.row').getByText('Matter 3000').waitFor();
    const before = api.asked.length;
    const hold = async (presses: number) => {
      for (let press = 0; press < presses; press += 1) await page.keyboard.down('j');
    };
    await hold(31);
    // Nobody gets further than what was read, which the next page is read ahead of.
    await eventually(async () => expect(api.asked.slice(before).some(({ query }) => query.has('cursor'))).toBe(true));
    await page.locator('.rows[aria-busy="false"]').waitFor();
    await hold(30);
    await page.keyboard.up('j');
    const here = page.locator('[data-current]');
    await here.waitFor();
    await eventually(async () => {
      expect(await here.innerText()).toContain('Matter 2940');
      const box = (await here.boundingBox())!;
      expect(box.y).toBeGreaterThan(60);
      expect(box.y + box.height).toBeLessThanOrEqual(800);
    });
    await page.close();
  });
});
