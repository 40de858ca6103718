import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { briefOf } from './briefs.ts';
import { closeBrowser, inBrowser, openPage } from './browser.ts';
import { maria } from './desk.ts';
import { idOf } from './made.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';
import { longStory, smallWorld } from './world.ts';

const now = '2026-05-06T10:00:00Z';
let api: StandIn;
beforeAll(async () => {
  const world = smallWorld();
  world.timelines.set(idOf(100), longStory(5_000));
  api = await standIn(world);
});
beforeEach(() => {
  api.instead = () => undefined;
  api.asked.length = 0;
});
afterAll(() => Promise.all([api.close(), closeBrowser()]));

const open = (customer: number) => openPage(`${api.url}/customers/${idOf(customer)}`, { now });

describe('the brief', () => {
  inBrowser('gives the four answers, and the reason where it has none', async () => {
    const page = await open(1);
    for (const title of ['Last talked about', 'Responsible', 'Next step', 'What happened'])
      await page.getByRole('region', { name: title }).waitFor();
    await page
      .getByRole('region', { name: 'What happened' })
      .getByText('43 interactions in 10 conversations')
      .waitFor();
    await page.goto(`${api.url}/customers/${idOf(7)}`);
    await page.getByText('Nobody was made responsible for this customer or its account yet.').waitFor();
    await page.getByText('Nothing was said yet.').waitFor();
    await page.close();
  });

  inBrowser('lights up what an answer cites, by pointer and by keyboard', async () => {
    const page = await open(1);
    const card = page.getByRole('region', { name: 'Last talked about' });
    const lit = page.locator('[data-lit]');
    await card.hover();
    await lit.getByText('Good morning Layla').waitFor();
    await page.mouse.move(600, 20);
    await lit.first().waitFor({ state: 'detached' });
    await card.getByRole('button').focus();
    await lit.getByText('Good morning Layla').waitFor();
    await page.close();
  });

  inBrowser('goes to what it cites, as often as it is pressed', async () => {
    const page = await open(1);
    const first = page.getByRole('region', { name: 'What happened' }).getByRole('button').first();
    const there = page.locator('[data-current]', { hasText: 'we open an office in Leeds' });
    for (let press = 0; press < 2; press += 1) {
      await page.evaluate(() => window.scrollTo(0, 0));
      await first.click();
      await there.waitFor();
      await eventually(async () => expect((await there.boundingBox())!.y).toBeLessThan(700));
    }
    expect(await there.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('goes to an event that no page so far holds, in few steps where its time is known', async () => {
    const page = await open(100);
    await page.getByRole('article').getByText('Matter 5000').waitFor();
    await page.getByRole('region', { name: 'What happened' }).getByRole('button').first().click();
    const oldest = page.locator('[data-current]', { hasText: 'What was said' });
    await oldest.waitFor();
    await page.getByText(/^up to/).waitFor();
    const pages = api.asked.filter(({ path, query }) => path.endsWith('/timeline') && query.has('cursor'));
    expect(pages.length).toBeLessThanOrEqual(6);
    await page.goBack();
    await page.getByText(/^up to/).waitFor({ state: 'detached' });
    await page.close();
  });

  inBrowser('drops the filter that hides what it cites', async () => {
    const page = await openPage(`${api.url}/customers/${idOf(1)}?channel=sms`, { now });
    await page.getByText('Wrong number, sorry').waitFor();
    await page.getByRole('region', { name: 'Next step' }).getByRole('button').click();
    await page.locator('[data-current]', { hasText: 'Send a courier with two laptops' }).waitFor();
    expect(page.url()).not.toContain('channel=');
    await page.close();
  });

  inBrowser('says when a linked entry is not on the line', async () => {
    const page = await openPage(`${api.url}/customers/${idOf(1)}?at=${idOf(424_242)}`, { now });
    await page.getByText('That entry is not on this line.').waitFor();
    await page.close();
  });

  inBrowser('shows the next step ahead of now, and marks it done', async () => {
    const page = await open(1);
    const next = page.locator('.next');
    await next.getByText('Send a courier with two laptops').waitFor();
    const [ahead, today] = await Promise.all([next.boundingBox(), page.locator('.now').boundingBox()]);
    expect(ahead!.y).toBeLessThan(today!.y);
    await next.getByRole('button', { name: 'Done' }).click();
    await eventually(() => {
      const posted = api.asked.find(({ method }) => method === 'POST');
      expect(posted?.path).toBe(`/v1/tasks/${idOf(701)}/completion`);
      expect(posted?.headers['idempotency-key']).toBeTruthy();
    });
    await page.close();
  });

  inBrowser('does not show as ahead what should have been done by now', async () => {
    api.instead = ({ path }) => {
      if (!path.endsWith('/brief')) return undefined;
      const told = briefOf(api.world, idOf(1));
      Object.assign(told.nextStep.answer!, { due: '2026-05-05T15:00:00Z', overdue: true });
      return { body: told };
    };
    const page = await open(1);
    await page
      .locator('.next')
      .getByText(/was due/)
      .waitFor();
    const [next, today] = await Promise.all([page.locator('.next').boundingBox(), page.locator('.now').boundingBox()]);
    expect(next!.y).toBeGreaterThan(today!.y);
    await page.close();
  });

  inBrowser('says who has the matter, by when an answer is due, and why', async () => {
    const page = await open(1);
    const card = page.getByRole('region', { name: 'Responsible' });
    await card.getByText('Bo Hansen').waitFor();
    await card.getByText('24:00 left').waitFor();
    await card.getByRole('button', { name: 'Why?' }).click();
    await page.getByRole('dialog', { name: 'Why Bo Hansen has it' }).getByText('it was their turn').waitFor();
    await page.keyboard.press('Escape');
    await page.goto(`${api.url}/customers/${idOf(104)}`);
    await card.getByText('The queue of hardware').waitFor();
    await card.getByText('20:00 left').waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('says of an offer how long it is, and of the queue until when, and who has it then', async () => {
    api.instead = ({ path }) => {
      if (!path.endsWith('/brief')) return undefined;
      const told = briefOf(api.world, idOf(3));
      Object.assign(told.responsible.answer!.queue!, { until: '2026-05-06T10:30:00Z', fallback: maria });
      return { body: told };
    };
    const page = await open(3);
    const card = page.getByRole('region', { name: 'Responsible' });
    await card.getByText('2:30 left').waitFor();
    expect((await card.locator('p').allTextContents()).slice(2, 4)).toEqual([
      'offered to Bo Hansen, The offer lapses 2:30 left',
      'in the queue until 12:30, then Maria Sol',
    ]);
    await page.close();
  });

  inBrowser('lists what is open where it is more than one', async () => {
    const { matters } = api.world.desk;
    matters.push({ ...matters[0]!, id: idOf(630), state: 'queued', agent: undefined, asked: { channel: 'phone', kind: 'account' } }); // prettier-ignore
    const page = await open(1);
    const all = page.getByRole('region', { name: 'Open matters' });
    await all.getByText('Broken screen').waitFor();
    await all.getByText('Waits in hardware').waitFor();
    matters.pop();
    await all.waitFor({ state: 'detached' });
    await page.close();
  });

  inBrowser('says what goes on right now, and what the CRM told and when', async () => {
    const page = await open(1);
    await page.getByRole('region', { name: 'Right now' }).getByText('Friday between 10 and 12').waitFor();
    const crm = page.getByRole('region', { name: 'What the CRM knows' });
    for (const fact of ['gold', '€48,000', '30 Sept 2026', 'silver, 1,240 points', 'Dock 3, 28 Apr 2026', 'and 1 more'])
      await crm.getByText(fact, { exact: true }).waitFor();
    await crm.getByText('Leeds, second floor, proposal, €14,400, 15 Jun 2026').waitFor();
    await crm.getByText('may be out of date').waitFor();
    await page.goto(`${api.url}/customers/${idOf(7)}`);
    await crm.getByText('No CRM told anything of this customer').waitFor();
    await page.close();
  });

  inBrowser('says what to do where it cannot be read, and leaves the line alone', async () => {
    api.instead = ({ path }) => (path.endsWith('/brief') ? problem(422, 'Not now', 'Ask later.') : undefined);
    const page = await open(1);
    await page.getByRole('alert').getByText('Ask later.').waitFor();
    await page.getByText('Wrong number, sorry').waitFor();
    api.instead = () => undefined;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('region', { name: 'Next step' }).waitFor();
    await page.close();
  });
});
