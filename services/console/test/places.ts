import type { Opened } from './browser.ts';
import { idOf } from './made.ts';

const ann = `/customers/${idOf(1)}`;
const isRead = (page: Opened) => page.getByText('Wrong number').waitFor();

/** Each place of the console, and what is done there before it is looked at. */
export const places: Readonly<Record<string, [path: string, act: (page: Opened) => Promise<unknown>]>> = {
  'the list of people': ['/', (page) => page.getByText('Ann Lee').waitFor()],
  'nobody found': ['/?q=zzz', (page) => page.getByText('Nothing begins with').waitFor()],
  'the list of accounts': ['/accounts', (page) => page.getByText('Acme Ltd').waitFor()],
  'an account': [`/accounts/${idOf(900)}`, isRead],
  'a customer': [ann, isRead],
  'a customer of whom nothing is known': [`/customers/${idOf(7)}`, (page) => page.getByText('Nothing was said').waitFor()],
  'a customer in the past': [`${ann}?recordedAsOf=2026-05-05T09:00:00Z`, (page) => page.getByRole('article').getByText('Friday noon works').waitFor()],
  'looking back': [ann, async (page) => {
    await isRead(page);
    await page.keyboard.press('h');
    await page.getByRole('dialog', { name: 'Look back' }).waitFor();
  }],
  'before they were known': [`/customers/${idOf(8)}?asOf=2020-01-01T00:00:00Z`, (page) => page.getByText('Nothing was known of this').waitFor()],
  'whether to erase somebody': [ann, async (page) => {
    await page.getByRole('button', { name: /^Erase this/ }).click();
    await page.getByLabel(/cannot be undone/).check();
  }],
  'somebody who was erased': [`/customers/${idOf(9)}`, (page) => page.getByText('Download').waitFor()],
  'an unfolded conversation': [
    ann,
    async (page) => {
      await isRead(page);
      await page.getByRole('button', { name: /30 messages/ }).click();
      await page.keyboard.press('j');
    },
  ],
  'the palette': [
    ann,
    async (page) => {
      await isRead(page);
      await page.keyboard.press('/');
      await page.getByPlaceholder(/^Somebody/).fill('an');
      await page.getByRole('option', { name: 'Ann Lee Acme Ltd' }).waitFor();
    },
  ],
  'a dialog with a fault': [
    ann,
    async (page) => {
      await isRead(page);
      await page.keyboard.press('n');
      await page.getByLabel('Discussed').fill('x');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('is too short').waitFor();
    },
  ],
  'who one is': ['/queue', (page) => page.getByText('Who are you?').waitFor()],
  'my queue, one chosen': [
    `/queue?matter=${idOf(601)}`,
    async (page) => {
      await page.getByRole('button', { name: /Bo Hansen/ }).click();
      await page.getByText('What was handed on with it').waitFor();
    },
  ],
  'the queues of teams': ['/queue?view=teams', async (page) => {
    await page.getByRole('button', { name: /^Night watch/ }).click();
    await page.getByText('late').waitFor();
  }],
  'why somebody has it': [ann, async (page) => {
    await isRead(page);
    await page.getByRole('button', { name: 'Why?' }).click();
    await page.getByText('it was their turn in hardware').waitFor();
  }],
  'the connections': ['/connections', async (page) => {
    await page.getByText('Add the contact in the CRM').waitFor();
    await page.getByText('What it can do').last().click();
  }],
  'connecting a CRM': ['/connections', async (page) => {
    await page.getByRole('button', { name: 'Connect a CRM' }).click();
    await page.getByLabel('Kind of CRM').waitFor();
  }],
  'the help': ['/', async (page) => {
    await page.getByText('Ann Lee').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'From the keyboard' }).waitFor();
  }],
  'the overview': ['/overview', (page) => page.getByText('24,363').waitFor()],
  'the quarantine': ['/quarantine', (page) => page.getByRole('button', { name: 'Look' }).first().click()],
  'the health': ['/doctor', (page) => page.getByText('need a hand').waitFor()],
  'the retention': ['/retention', (page) => page.getByText('for ever').waitFor()],
  'what another retention would destroy': ['/retention', async (page) => {
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Past quarters that are kept').fill('7');
    await page.getByLabel('cannot be brought back').check();
  }],
}; // prettier-ignore
