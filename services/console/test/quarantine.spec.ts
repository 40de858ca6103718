import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { closeBrowser, inBrowser, openPage } from './browser.ts';
import { idOf } from './made.ts';
import { type StandIn, standIn } from './stand-in.ts';

const now = '2026-05-06T10:00:00Z';
let api: StandIn;
beforeAll(async () => {
  api = await standIn();
});
afterAll(() => Promise.all([api.close(), closeBrowser()]));

describe('the quarantine', () => {
  inBrowser('tells items of one reason apart by sender, subject and file', async () => {
    const same = { receivedAt: '2026-05-06T07:12:00Z', via: 'POST /v1/emails', reason: 'has no sender that can be read', size: 33, attempts: 1 }; // prettier-ignore
    api.world.quarantined = [
      { ...same, id: idOf(960), subject: 'junk 3', file: 'junk3.eml' },
      { ...same, id: idOf(961), from: '"Ann" <@@>', subject: 'junk 4' },
      { ...same, id: idOf(962) },
    ];
    const page = await openPage(`${api.url}/quarantine`, { now });
    await page.getByText('has no sender that can be read').first().waitFor();
    expect(
      (await page.locator('.quarantine-item > :first-child').allInnerTexts()).map((text) =>
        text.replaceAll(/\n+/g, '\n'),
      ),
    ).toEqual([
      '(sender not known): junk 3\nhas no sender that can be read\njunk3.eml · POST /v1/emails · 33 B · 3 hours ago',
      '"Ann" <@@>: junk 4\nhas no sender that can be read\nPOST /v1/emails · 33 B · 3 hours ago',
      '(sender not known)\nhas no sender that can be read\nPOST /v1/emails · 33 B · 3 hours ago',
    ]);
    expect(page.troubles).toEqual([]);
    await page.close();
  });
});
