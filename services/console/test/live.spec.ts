import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { closeBrowser, inBrowser, openPage } from './browser.ts';
import { entry, idOf } from './made.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';
import { seenOf } from './world.ts';

const now = '2026-05-06T10:00:00Z';
let api: StandIn;
beforeAll(async () => {
  api = await standIn();
});
afterAll(() => Promise.all([api.close(), closeBrowser()]));

const open = async (query = '') => {
  const from = api.asked.length;
  const page = await openPage(`${api.url}/customers/${idOf(1)}${query}`, { now });
  await eventually(() => expect(api.asked.slice(from).some(({ path }) => path.endsWith('/stream'))).toBe(true));
  return page;
};
const say = (text: string, more: Partial<Parameters<typeof entry>[0]> = {}) =>
  api.push(
    idOf(1),
    entry({ channel: 'chat', direction: 'inbound', author: 0, occurredAt: '2026-05-06T09:59:00Z', text, ...more }),
  );

describe('what comes in', () => {
  inBrowser('is there at once for who looks at the newest', async () => {
    const page = await open();
    say('Are you there?');
    await page.getByRole('article').getByText('Are you there?').waitFor();
    expect(await page.getByText('1 new ↑').count()).toBe(0);
    await page.getByRole('region', { name: 'Last talked about' }).getByText('Are you there?').waitFor();
    await page.close();
  });

  inBrowser('does not move what is being read, and waits to be asked for', async () => {
    const page = await open();
    await page.getByText('Wrong number, sorry').waitFor();
    await page.mouse.move(500, 500);
    await page.mouse.wheel(0, 1_100);
    await eventually(() => expect(page.url()).toContain('at='));
    const read = page.locator('.entry').filter({ hasText: 'that must not happen' });
    const before = (await read.boundingBox())!.y;
    say('First');
    say('Second');
    await page.getByRole('button', { name: '2 new ↑' }).waitFor();
    expect((await read.boundingBox())!.y).toBe(before);
    await page.getByRole('button', { name: '2 new ↑' }).click();
    await page.getByRole('article').getByText('Second').waitFor();
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
    expect(await page.getByRole('button', { name: /new ↑/ }).count()).toBe(0);
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('is told only where the filters ask for it, and changes what it amends in its place', async () => {
    const page = await open('?channel=email&type=words');
    await page.getByText('that must not happen').waitFor();
    await page.mouse.move(500, 500);
    await page.mouse.wheel(0, 600);
    await eventually(() => expect(page.url()).toContain('at='));
    say('Only a chat');
    say('A task', { type: 'task', channel: undefined });
    const sent = api.world.timelines.get(idOf(1))!.find(({ text }) => text?.includes('that must not happen'))!;
    api.push(idOf(1), { ...sent, edited: true, text: 'That must not happen again.' });
    await page.getByText('That must not happen again.').waitFor();
    say('A mail', { channel: 'email' });
    await page.getByRole('button', { name: '1 new ↑' }).waitFor();
    await page.close();
  });

  inBrowser('goes on after the last entry that was heard, once the connection broke', async () => {
    const page = await open();
    say('Before the break');
    await page.getByText('Before the break').first().waitFor();
    const from = api.asked.length;
    const last = api.world.timelines.get(idOf(1))![0]!.position;
    api.hangUp();
    await eventually(() => {
      const again = api.asked.slice(from).find(({ path }) => path.endsWith('/stream'));
      expect(again?.headers['last-event-id']).toBe(String(last));
    });
    say('After the break');
    await page.getByRole('article').getByText('After the break').waitFor();
    await page.close();
  });

  inBrowser('begins with what was seen by who read the line, and goes on there where nothing was heard', async () => {
    const page = await open();
    const began = api.asked.findLast(({ path }) => path.endsWith('/stream'))!.headers['last-event-id'];
    expect(began).toBe(seenOf(api.world, idOf(1)));
    const from = api.asked.length;
    api.hangUp();
    await eventually(() => {
      const again = api.asked.slice(from).findLast(({ path }) => path.endsWith('/stream'));
      expect(again?.headers['last-event-id']).toBe(began);
    });
    await page.close();
  });

  inBrowser('is read anew where the ledger does not reach what was read, and nothing was heard yet', async () => {
    let refused = 0;
    api.instead = ({ path }) => (path.endsWith('/stream') && refused++ === 0 ? problem(422, 'Beyond') : undefined);
    const page = await open();
    const from = api.asked.length;
    await eventually(() => {
      const again = api.asked.slice(from).map(({ path }) => path.split('/').at(-1));
      expect(again).toEqual(expect.arrayContaining(['timeline', 'stream']));
    });
    api.instead = () => undefined;
    await page.close();
  });

  inBrowser('is read anew where the ledger was restored to an earlier time', async () => {
    const page = await open();
    say('Of a future that is given up');
    const said = page.getByRole('article').getByText('Of a future that is given up');
    await said.waitFor();
    const from = api.asked.length;
    api.giveUp(idOf(1));
    await said.waitFor({ state: 'detached' });
    await eventually(() => expect(api.asked.slice(from).some(({ path }) => path.endsWith('/stream'))).toBe(true));
    say('Another one');
    await page.getByRole('article').getByText('Another one').waitFor();
    await page.close();
  });
});
