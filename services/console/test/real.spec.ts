import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { closeBrowser, inBrowser, type Opened, openPage } from './browser.ts';
import { type Real, real, withPage } from './real.ts';

const [bo, cy, ann] = ['email:bo@acme.example', 'email:cy@acme.example', 'email:ann@example.com'];
let throughline: Real;
beforeAll(async () => {
  throughline = await real();
  const { send } = throughline;
  await send('PUT', '/v1/teams/support', { name: 'Support', channels: ['email'], offers: 'PT20M' });
  for (const [handle, name] of [[bo, 'Bo Hansen'], [cy, 'Cy Young']]) {
    const { id } = await send<{ id: string }>('POST', '/v1/agents', { handle, name, teams: ['support'] });
    if (handle === bo) await send('PUT', `/v1/agents/${id}/presence`, { presence: 'available' });
  }
  await send('POST', '/v1/interactions', {
    source: 'spec', key: '1', channel: 'email', direction: 'inbound', kind: 'support', intent: 'hardware.screen',
    priority: 'high', occurredAt: new Date().toISOString(), subject: 'Broken screen', text: 'It cracked this morning.',
    participants: [{ role: 'customer', handle: ann, name: 'Ann Lee' }],
  });
}, 120_000); // prettier-ignore
afterAll(() => Promise.all([throughline.close(), closeBrowser()]));

const open = async (path: string): Promise<Opened> => {
  const page = await openPage('about:blank');
  await withPage(page);
  await page.goto(throughline.url + path);
  return page;
};

describe('with a real Throughline behind it', () => {
  inBrowser(
    'a matter is offered, accepted, explained, shown beside the line, and closed',
    async () => {
      const page = await open('/queue');
      await page.getByRole('button', { name: /Bo Hansen/ }).click();
      await page.getByRole('region', { name: 'Offered to you' }).getByText('Ann Lee').waitFor();
      await page.keyboard.press('a');
      await page.locator('.matter[aria-current]').filter({ hasText: 'Hardware, screen' }).waitFor();
      await page.getByText('It cracked this morning.').waitFor();
      // The answer that was promised.
      await page
        .locator('.matter[aria-current]')
        .getByText(/ left$/)
        .waitFor();
      await page.keyboard.press('w');
      const why = page.getByRole('dialog', { name: 'Why Bo Hansen has it' });
      await why.getByText(/^Bo Hansen has it/).waitFor();
      await why.getByText('Opened: the customer asked by email').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Open ↵' }).click();
      await page.getByRole('region', { name: 'Responsible' }).getByText('Bo Hansen').waitFor();
      await page.goBack();
      await page.getByText('It cracked this morning.').waitFor();
      await page.keyboard.press('c');
      await page.getByRole('button', { name: 'Close it' }).click();
      await page.getByText('Nothing is yours right now.').waitFor();
      await page.getByRole('button', { name: 'Teams' }).click();
      await page.getByRole('button', { name: /^Support 0 waiting/ }).waitFor();
      expect(page.troubles).toEqual([]);
      await page.close();
    },
    60_000,
  );

  inBrowser('a CRM is connected, tested, paused, and its secret never comes back', async () => {
    const page = await open('/connections');
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    await page.getByText('No CRM is connected.').waitFor();
    await page.getByRole('button', { name: 'Connect a CRM' }).click();
    await page.getByLabel('Kind of CRM').selectOption({ value: 'http' });
    await page.getByLabel('What it is called here').fill('own-endpoint');
    await page.getByLabel('Where it is').fill('http://127.0.0.1:9');
    await page.getByLabel('Secret').fill(secret);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('only a connection that may be private goes over http').waitFor();
    await page.getByLabel('It may be on this machine').check();
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('heading', { name: 'own-endpoint' }).waitFor();
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('It cannot be written to.').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused by hand').waitFor();
    await page.getByText('Nothing wants to be looked at.').waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.close();
  });

  inBrowser('its health is told, by what each of its parts answers', async () => {
    const page = await open('/doctor');
    await page.getByText('All is well.').waitFor();
    for (const says of ['It answers, and all of its parts run.', 'Every event is in the pages and lists.', 'All that came in was understood.', 'Nothing was refused or set aside.'])
      await page.getByText(says).waitFor();
    await page.getByRole('heading', { name: 'Queues' }).waitFor();
    await page.getByRole('heading', { name: 'Proof of the ledger' }).waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  }); // prettier-ignore

  inBrowser('for how long it is kept is told, and set', async () => {
    const page = await open('/retention');
    await page.getByText('Everything is kept, for ever.').waitFor();
    expect(await page.locator('.quarters tbody tr').count()).toBe(1);
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Past quarters that are kept').fill('8');
    await page.getByText('Nothing is over its time: nothing is destroyed now.').waitFor();
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByText('The quarter that goes on is kept, and the 8 before it.').waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  });
});
