import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { closeBrowser, inBrowser, type Look, type Opened, openPage } from './browser.ts';
import { entry, idOf } from './made.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';
import { smallWorld } from './world.ts';

const now = '2026-05-06T10:00:00Z';
const hostile = `<img src=x onerror="window.ran = 1"><script>window.ran = 2</script><b>bold</b> javascript:alert(1)
https://evil.example/a?b=c&d=<script>window.ran=3</script>`;

let api: StandIn;
beforeAll(async () => {
  const world = smallWorld();
  const said = { channel: 'email', direction: 'inbound', author: 0 } as const;
  const met = { ...said, channel: 'meeting' } as const;
  world.timelines.set(idOf(100), [
    entry({ ...said, occurredAt: '2026-05-05T10:00:00Z', subject: '<script>window.ran = 4</script>', text: hostile, quoted: hostile, attachments: [{ name: '<b>x</b>.html' }] }),
  ]); // prettier-ignore
  world.timelines.set(idOf(102), [
    entry({ ...met, occurredAt: '2026-06-20T08:00:00Z', subject: 'Half a year on', text: 'How it goes.' }),
    entry({ ...met, occurredAt: '2026-05-06T10:02:00Z', subject: 'Walk through', text: 'Bring the badge.' }),
    entry({ ...said, occurredAt: '2026-05-06T09:00:00Z', subject: 'Agreed', text: 'See you at noon.' }),
  ]);
  api = await standIn(world);
});
afterAll(() => Promise.all([api.close(), closeBrowser()]));

const openAnn = (query = '', look: Look = {}) => openPage(`${api.url}/customers/${idOf(1)}${query}`, { now, ...look });

describe('the line', () => {
  inBrowser('runs from now back to the first touch, with its silences and both sides told apart', async () => {
    const page = await openAnn();
    const line = page.getByRole('region', { name: 'Timeline' });
    await line.getByText('Wrong number, sorry').waitFor();
    expect(await line.getByText('Today').count()).toBe(1);
    // The end moves while rows come into sight and are measured.
    await eventually(async () => {
      await page.keyboard.press('End');
      expect(await line.getByText('46 days of quiet').count()).toBe(1);
      expect(await line.getByText('2 years of quiet').count()).toBe(1);
    });
    await line.getByText(/^The first touch/).waitFor();
    const [theirs, ours] = await Promise.all(
      ['inbound', 'outbound'].map(async (side) => (await page.locator(`[data-side=${side}] > .mark`).last().boundingBox())!.x),
    );
    expect(theirs).toBeLessThan(ours!);
    expect(page.troubles).toEqual([]);
    await page.close();
  }); // prettier-ignore

  inBrowser('has what is to come apart, above now, until it has begun', async () => {
    const page = await openPage(`${api.url}/customers/${idOf(102)}`, { now });
    const line = page.getByRole('region', { name: 'Timeline' });
    const told = async () => {
      await line.getByText('See you at noon.').waitFor();
      const text = await line.locator('.line').innerText();
      return ['To come', 'How it goes.', 'Bring the badge.', '\nnow\n', 'See you at noon.'].toSorted((a, b) => text.indexOf(a) - text.indexOf(b)); // prettier-ignore
    };
    await line.getByRole('heading', { name: 'To come' }).waitFor();
    expect(await told()).toEqual(['To come', 'How it goes.', 'Bring the badge.', '\nnow\n', 'See you at noon.']);
    expect(await page.locator('.where').textContent()).toBe('To come');
    await page.keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Half a year on');
    await page.clock.setFixedTime(new Date('2026-05-06T10:03:00Z'));
    await eventually(async () =>
      expect(await told()).toEqual(['To come', 'How it goes.', '\nnow\n', 'Bring the badge.', 'See you at noon.']),
    );
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('has its filters in the address, and the e-mails that we sent one press away', async () => {
    const page = await openAnn();
    await page.getByRole('button', { name: 'E-mails we sent' }).click();
    await page.getByText('Wrong number, sorry').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?channel=email&direction=outbound');
    expect(await page.getByRole('article').count()).toBe(2);
    await page.reload();
    await page.getByText('that must not happen').waitFor();
    expect(await page.getByRole('article').count()).toBe(2);
    await page.goBack();
    await page.getByText('Wrong number, sorry').waitFor();
    await page.getByRole('button', { name: 'Words only' }).click();
    await page.getByText(/^Task: Correct/).waitFor({ state: 'detached' });
    await page.getByLabel('Direction').selectOption('inbound');
    await page.getByLabel('Channel', { exact: true }).selectOption('meeting');
    await page.getByText('Nothing here matches the filter.').waitFor();
    await page.getByRole('button', { name: 'Show everything' }).first().click();
    await page.getByText('Wrong number, sorry').waitFor();
    await page.close();
  });

  inBrowser('folds what was quoted and long words, and unfolds them', async () => {
    const page = await openAnn('?channel=email');
    const mail = page.getByRole('article').filter({ hasText: 'thank you for looking into this' });
    await mail.waitFor();
    expect(await mail.getByText('We replace it.').count()).toBe(0);
    await mail.getByRole('button', { name: 'quoted part' }).click();
    await mail.getByText('We replace it.').waitFor();
    await mail.getByRole('button', { name: 'quoted part' }).click();
    await mail.getByText('We replace it.').waitFor({ state: 'detached' });
    const words = mail.locator('.words').first();
    const height = async () => (await words.locator('..').boundingBox())!.height;
    const folded = await height();
    await mail.getByRole('button', { name: 'More' }).click();
    expect(await height()).toBeGreaterThan(folded * 2);
    expect(await mail.getByRole('link', { name: 'support.northwind.example ↗' }).getAttribute('rel')).toContain('noopener');
    await page.close();
  }); // prettier-ignore

  inBrowser('folds a conversation into one mark with its count', async () => {
    const page = await openAnn();
    const fold = page.getByRole('button', { name: /Chat, 30 messages/ });
    await fold.click();
    await page.getByText('Shall I wait?').waitFor();
    expect(await fold.getAttribute('aria-expanded')).toBe('true');
    await fold.click();
    await page.getByText('Shall I wait?').waitFor({ state: 'detached' });
    await page.close();
  });

  inBrowser('shows markup and scripts of a message as text, and runs nothing', async () => {
    const page = await openPage(`${api.url}/customers/${idOf(100)}`, { now });
    await page.getByRole('article').getByText('window.ran = 2').waitFor();
    await page.getByRole('button', { name: 'quoted part' }).click();
    await page.locator('.folded-words').getByText('<b>bold</b>').waitFor();
    await page.getByText('<b>x</b>.html').waitFor();
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await page.locator('.line script, .line img, .words b').count()).toBe(0);
    const links = await page.locator('.words a').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).protocol));
    expect(new Set(links)).toEqual(new Set(['https:']));
    expect(page.troubles).toEqual([]);
    await page.close();
  }); // prettier-ignore

  inBrowser('moves with j and k, opens with enter, and keeps the place in the address', async () => {
    const page = await openAnn();
    await page.getByText('Wrong number, sorry').waitFor();
    const here = page.locator('[data-current]');
    await page.keyboard.press('j');
    await here.getByText('Wrong number, sorry').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await here.getByText('Good morning Layla').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-entry'))).toBeTruthy();
    for (let press = 0; press < 5; press += 1) await page.keyboard.press('j');
    await here.getByRole('button', { name: /30 messages/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Shall I wait?').waitFor();
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('j');
    await eventually(() => expect(page.url()).toContain('at='));
    const words = await here.innerText();
    await eventually(async () => {
      const at = await here.getAttribute('data-entry');
      expect(page.url()).toContain(`at=${at}`);
    });
    await page.reload();
    await here.waitFor();
    expect(await here.innerText()).toContain(words.split('\n').at(-1)!);
    await page.close();
  });

  inBrowser('is where one scrolled to when the address is opened again', async () => {
    const page = await openAnn();
    await page.getByText('Wrong number, sorry').waitFor();
    await page.mouse.move(500, 500);
    await page.mouse.wheel(0, 1_500);
    await eventually(() => expect(page.url()).toContain('at='));
    const top = page.locator(`[data-entry="${new URL(page.url()).searchParams.get('at')}"]`);
    await page.reload();
    await top.waitFor();
    await eventually(async () => {
      const box = (await top.boundingBox())!;
      expect(box.y).toBeGreaterThan(60);
      expect(box.y).toBeLessThan(400);
    });
    await page.close();
  });

  inBrowser('reads right to left what is written so', async () => {
    const page = await openPage(`${api.url}/customers/${idOf(3)}`, { now });
    const words = page.locator('.words', { hasText: 'صباح الخير' });
    await words.waitFor();
    expect(await words.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    expect(await page.locator('.words', { hasText: 'Good morning Layla' }).evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
    await page.close();
  }); // prettier-ignore
});

describe('the line as of another moment', () => {
  const then = '2026-05-04T09:00:00.000Z';
  const line = (page: Opened) => page.getByRole('region', { name: 'Timeline' });
  const band = (page: Opened) => page.getByRole('region', { name: 'The past' });

  inBrowser('is chosen with its clock, told in the address and above the page, and left by Esc', async () => {
    const page = await openAnn();
    await line(page).getByText('Wrong number, sorry').waitFor();
    await page.keyboard.press('h');
    await page.getByLabel('As of').fill('2026-05-04T11:00');
    await page.getByLabel('What had happened by then By all').check();
    await page.keyboard.press('Enter');
    await band(page).getByText('What had happened by 4 May 2026, 11:00, by all we know today').waitFor();
    expect(new URL(page.url()).searchParams.get('asOf')).toBe(then);
    await line(page).getByText('that must not happen').waitFor();
    expect(await line(page).getByText('Wrong number, sorry').count()).toBe(0);
    const asked = new Set(api.asked.filter(({ query }) => query.has('asOf')).map(({ path }) => path.split('/').at(-1)));
    expect(asked).toEqual(new Set([idOf(1), 'brief', 'timeline']));
    await page.keyboard.press('Escape');
    await line(page).getByText('Wrong number, sorry').waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.goBack();
    await band(page)
      .getByRole('button', { name: /^Back to now/ })
      .click();
    await line(page).getByText('Wrong number, sorry').waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('takes nothing in, and lets nothing be written', async () => {
    const from = api.asked.length;
    const page = await openAnn(`?recordedAsOf=${then}`);
    await line(page).getByText('that must not happen').waitFor();
    await page.getByText('then', { exact: true }).waitFor();
    for (const key of ['n', 't', 'o']) await page.keyboard.press(key);
    expect(await page.getByRole('dialog').count()).toBe(0);
    for (const name of [/^Note/, /^Done/, /^Why/, /^Erase/])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    expect(api.asked.slice(from).filter(({ path }) => /stream|matters/.test(path))).toEqual([]);
    await page.keyboard.press('h');
    expect(await page.getByLabel('What we knew then').isChecked()).toBe(true);
    expect(await page.getByLabel('As of').inputValue()).toBe('2026-05-04T11:00');
    await page.close();
  });

  inBrowser('says where nothing was known, nothing had happened, or the moment is not over yet', async () => {
    const page = await openAnn('?asOf=2020-01-01T00:00:00Z');
    await page.getByText('Nothing had happened by then.').waitFor();
    await page.goto(`${api.url}/customers/${idOf(1)}?recordedAsOf=999999`);
    await page.getByText(/The ledger ends at \d/).waitFor();
    await page.goto(`${api.url}/customers/${idOf(1)}?asOf=2999-01-01T00:00:00Z`);
    await page.getByText('That is not over yet').waitFor();
    api.instead = ({ query }) =>
      query.has('recordedAsOf') ? problem(query.get('recordedAsOf') === '1' ? 404 : 422, 'It does not reach back so far', 'Nothing was recorded yet.') : undefined; // prettier-ignore
    await page.goto(`${api.url}/customers/${idOf(1)}?recordedAsOf=1`);
    await page.getByText('Nothing was known of this customer then.').waitFor();
    await page.goto(`${api.url}/customers/${idOf(1)}?recordedAsOf=2020-01-01T00:00:00Z`);
    await page.getByText('Nothing was recorded yet.').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Back to now', exact: true }).click();
    await line(page).getByText('Wrong number, sorry').waitFor();
    api.instead = () => undefined;
    await page.close();
  });
});
