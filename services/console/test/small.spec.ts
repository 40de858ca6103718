import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { closeBrowser, inBrowser, type Opened, openPage } from './browser.ts';
import { boParty, idOf } from './made.ts';
import { type StandIn, standIn } from './stand-in.ts';
import { smallWorld } from './world.ts';

const now = '2026-05-06T10:00:00Z';
const ann = `/customers/${idOf(1)}`;
const phone = { width: 390, height: 844 };
let api: StandIn;
beforeAll(async () => {
  api = await standIn();
});
afterAll(() => Promise.all([api.close(), closeBrowser()]));

/** The words of each place in the navigation, as far as they can be read: as large as text, and whole within their link. */
const wordsOfPlaces = (): string[] =>
  [...document.querySelectorAll('.side li a')].flatMap((link) => {
    const words = [...link.childNodes].find(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim());
    const range = document.createRange();
    range.selectNodeContents(words!);
    const [text, place] = [range.getBoundingClientRect(), link.getBoundingClientRect()];
    const isRead = text.height >= 12 && text.left >= place.left && text.right <= place.right;
    return isRead ? [words!.textContent!.trim()] : [];
  });

describe('on a small screen', () => {
  inBrowser('each place has its word', async () => {
    const page = await openPage(`${api.url}/queue`, { now, ...phone });
    await page.evaluate((me) => localStorage.setItem('throughline.me.default', me), JSON.stringify(boParty));
    await page.reload();
    await page.locator('.offered').waitFor();
    const all = await page.locator('.side li a').evaluateAll((links) => links.map((link) => link.textContent.trim()));
    for (const width of [390, 640, 760]) {
      await page.setViewportSize({ width, height: 844 });
      const read = await page.evaluate(wordsOfPlaces);
      expect(read.length).toBeGreaterThanOrEqual(6);
      expect({ width, read }).toEqual({ width, read: all.map((name) => name.replace(/ \d+ offered to you$/, '')) });
    }
    await page.close();
  });

  inBrowser('what is in quarantine is read over the whole width, and its buttons are one line below', async () => {
    const page = await openPage(`${api.url}/quarantine`, { now, ...phone });
    const item = page.locator('.quarantine-item').first();
    const [words, buttons] = [(await item.locator('> *').first().boundingBox())!, item.getByRole('button')];
    expect(words.width).toBeGreaterThan(320);
    const boxes = await Promise.all((await buttons.all()).map(async (one) => (await one.boundingBox())!));
    expect(boxes).toHaveLength(3);
    for (const { y, height } of boxes) {
      expect(y).toBeGreaterThanOrEqual(words.y + words.height);
      expect({ y, height }).toEqual({ y: boxes[0]!.y, height: 32 });
    }
    await page.close();
  });

  inBrowser('all filters of the line are in sight, on two lines at most', async () => {
    const page = await openPage(api.url + ann, { now, ...phone });
    await page.getByText('Wrong number').waitFor();
    const filters = page.getByRole('group', { name: 'Filter the timeline' });
    const last = (await filters.getByRole('button', { name: 'Any time' }).boundingBox())!;
    expect(last.x + last.width).toBeLessThanOrEqual(phone.width);
    expect((await filters.boundingBox())!.height).toBeLessThanOrEqual(2 * 28 + 6);
    await page.close();
  });

  inBrowser('what is one long word leaves no page', async () => {
    const long = 'bartholomew.alexander.hansen-of-the-long-address@northwind-and-sons.example';
    const { desk, writeback, quarantined } = smallWorld();
    for (const agent of desk.agents) agent.teams = [long];
    for (const team of desk.teams) team.name = long;
    for (const one of writeback.connections) Object.assign(one, { name: long, url: `https://${long.slice(29)}`, detail: long });
    for (const one of writeback.deliveries) Object.assign(one, { connectionName: long, detail: long });
    for (const one of quarantined) Object.assign(one, { reason: long, from: long, subject: long, file: long });
    const other = await standIn({ ...smallWorld(), desk, writeback, quarantined });
    const page = await openPage(other.url, { now, ...phone });
    for (const [path, seen] of [['/queue', 'Who are you?'], ['/queue?view=teams', 'Agents'], ['/connections', 'What is written'], ['/quarantine', long], ['/doctor', 'Server']] as const) {
      await page.goto(other.url + path);
      await page.getByText(seen, { exact: true }).first().waitFor();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect({ path, over }).toEqual({ path, over: 0 });
    }
    await page.close();
    await other.close();
  }, 60_000); // prettier-ignore
});

const dialogs: Readonly<Record<string, [path: string, open: (page: Opened) => Promise<void>]>> = {
  'Connect a CRM': ['/connections', (page) => page.getByRole('button', { name: 'Connect a CRM' }).click()],
  'Write a note': [ann, (page) => page.keyboard.press('n')],
  'Erase this person for good?': [ann, (page) => page.getByRole('button', { name: /^Erase this/ }).click()],
  'For how long it is kept': ['/retention', async (page) => {
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Past quarters that are kept').fill('7');
    await page.getByLabel('cannot be brought back').waitFor();
  }],
  'From the keyboard': [ann, (page) => page.keyboard.press('?')],
}; // prettier-ignore

describe('a dialog higher than the screen', () => {
  inBrowser(
    'scrolls within, and keeps its buttons in sight',
    async () => {
      const page = await openPage(api.url, { now });
      for (const [name, [path, open]] of Object.entries(dialogs)) {
        await page.goto(api.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        if (path === ann) await page.getByText('Wrong number').waitFor();
        await open(page);
        const dialog = page.getByRole('dialog', { name });
        await dialog.waitFor();
        for (const [width, height] of [[1280, 800], [390, 844], [640, 400]] as const) {
          await page.setViewportSize({ width, height });
          const button = (await dialog.getByRole('button').last().boundingBox())!;
          const { y, height: high } = (await dialog.boundingBox())!;
          const inSight = button.y >= 0 && button.y + button.height <= Math.min(height, y + high);
          expect({ name, width, inSight }).toEqual({ name, width, inSight: true });
        }
        await page.keyboard.press('Escape');
      }
      expect(page.troubles).toEqual([]);
      await page.close();
    },
    60_000,
  ); // prettier-ignore

  inBrowser('keeps the line of steps beneath its buttons', async () => {
    const page = await openPage(api.url + ann, { now, width: 640, height: 400 });
    await page.getByText('Wrong number').waitFor();
    await page.getByRole('button', { name: 'Why?' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('A conversation opened it').waitFor();
    const [mark, footer, onTop] = await dialog.evaluate((element) => {
      const foot = element.querySelector('footer')!.getBoundingClientRect().top + 20;
      const step = element.querySelector('.steps > li:last-child')!;
      const markOf = () => step.getBoundingClientRect().top + 10;
      element.scrollTop += markOf() - foot;
      return [markOf(), foot, document.elementFromPoint(step.getBoundingClientRect().left + 4, foot)?.localName];
    });
    expect(Math.abs(mark - footer)).toBeLessThan(2);
    expect(onTop).toBe('footer');
    await page.close();
  });

  inBrowser('shows what is typed into above its buttons', async () => {
    const page = await openPage(`${api.url}/connections`, { now, width: 640, height: 400 });
    await page.getByRole('button', { name: 'Connect a CRM' }).click();
    const footer = (await page.getByRole('dialog').locator('footer').boundingBox())!;
    for (const label of ['What it is called here', 'Where it is', 'Secret']) {
      await page.keyboard.press('Tab');
      const field = (await page.getByLabel(label).boundingBox())!;
      expect(await page.getByLabel(label).evaluate((one) => one === document.activeElement)).toBe(true);
      expect({ label, isCovered: field.y + field.height > footer.y }).toEqual({ label, isCovered: false });
    }
    await page.close();
  });
});
