import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { closeBrowser, inBrowser, openPage } from './browser.ts';
import { certified } from './erasures.ts';
import { boParty, entry, idOf } from './made.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';

const now = '2026-05-06T10:00:00Z';
let api: StandIn;
beforeAll(async () => {
  api = await standIn();
});
beforeEach(() => {
  api.instead = () => undefined;
  api.asked.length = 0;
});
afterAll(() => Promise.all([api.close(), closeBrowser()]));

const open = async () => {
  const page = await openPage(`${api.url}/customers/${idOf(1)}`, { now });
  await page.getByText('Wrong number, sorry').waitFor();
  return page;
};
const posted = () => api.asked.filter(({ method }) => method === 'POST');

describe('writing', () => {
  inBrowser('writes a note, once, and shows it', async () => {
    const page = await open();
    api.instead = ({ method }) => {
      if (method !== 'POST') return undefined;
      const note = entry({ type: 'note', participants: [], occurredAt: now, actor: 'console', note: { discussed: 'The docks work.', nextStep: { what: 'Ask again', owner: boParty } } }); // prettier-ignore
      api.world.timelines.set(idOf(1), [note, ...api.world.timelines.get(idOf(1))!]);
      return { status: 201, body: { id: note.id, event: note.id, position: note.position } };
    };
    await page.keyboard.press('n');
    await page.getByLabel('Discussed').fill('The docks work.');
    await page.getByRole('dialog').getByLabel('Next step').fill('Ask again');
    await page.getByLabel('Who').fill('bo@northwind.example');
    await page.getByRole('button', { name: 'Tomorrow, 10:00' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('article').getByText('The docks work.').waitFor();
    expect(posted().map(({ path, body }) => [path, body])).toEqual([
      [
        `/v1/customers/${idOf(1)}/notes`,
        {
          discussed: 'The docks work.',
          nextStep: { what: 'Ask again', owner: 'email:bo@northwind.example', due: '2026-05-07T08:00:00.000Z' },
        },
      ],
    ]);
    const read = api.asked.findLast(({ path }) => path.endsWith('/timeline'));
    expect(Number(read?.query.get('minPosition'))).toBeGreaterThan(0);
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('asks for words where a note has none, once and of its own fields, and sends nothing', async () => {
    const page = await open();
    await page.keyboard.press('n');
    await page.getByLabel('Discussed').fill(' ');
    await page.getByRole('button', { name: 'Save' }).click();
    const fault = page.getByRole('dialog').getByRole('alert');
    await fault.waitFor();
    expect(await fault.innerText()).toBe('Say what was discussed, what was decided, or the next step.');
    expect(posted()).toEqual([]);
    await page.getByLabel('Decided').fill('They stay.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(posted().map(({ body }) => body)).toEqual([{ decided: 'They stay.' }]);
    await page.close();
  });

  inBrowser('schedules a task, and names the field that is wrong', async () => {
    const page = await open();
    api.instead = ({ method }) =>
      method === 'POST'
        ? problem(422, 'The body is invalid', 'One field is wrong.', [{ pointer: '/owner', reason: 'is no e-mail address' }])
        : undefined;
    await page.keyboard.press('t');
    await page.getByLabel('What is to be done').fill('Call back');
    await page.getByLabel('Who').fill('bo');
    await page.getByLabel('By when').fill('2026-05-08T10:00');
    await page.keyboard.press('Enter');
    const who = page.getByLabel('Who');
    await page.getByText('is no e-mail address').waitFor();
    expect(await who.getAttribute('aria-invalid')).toBe('true');
    await eventually(async () => expect(await who.evaluate((element) => element === document.activeElement)).toBe(true));
    api.instead = () => undefined;
    await who.fill('bo@northwind.example');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const [first, second] = posted();
    expect(second!.body).toEqual({ what: 'Call back', owner: 'email:bo@northwind.example', due: '2026-05-08T08:00:00.000Z' });
    expect(second!.headers['idempotency-key']).not.toBe(first!.headers['idempotency-key']);
    await page.close();
  }); // prettier-ignore

  inBrowser('keeps what was typed where nothing answered, and sends it again as the same', async () => {
    const page = await open();
    const keys: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') keys.push(request.headers()['idempotency-key']);
    });
    await page.route('**/owner', (route) => route.abort(), { times: 1 });
    const address = page.getByLabel(/^Whose address/);
    await page.keyboard.press('o');
    await address.fill('bo@northwind.example');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('nothing was saved').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('o');
    expect(await address.inputValue()).toBe('bo@northwind.example');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(keys).toEqual([keys[0], keys[0]]);
    await page.keyboard.press('o');
    expect(await address.inputValue()).toBe('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(posted().map(({ body }) => body)).toEqual([{ owner: 'email:bo@northwind.example' }, { owner: null }]);
    await page.close();
  });

  inBrowser('leaves letters to those who type, and enter to the button that has the focus', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'E-mails we sent' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**direction=outbound**');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'From the keyboard' }).waitFor();
    await page.keyboard.press('n');
    expect(await page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.goto(api.url);
    await page.getByRole('searchbox').fill('');
    await page.keyboard.type('n?j');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.getByRole('searchbox').inputValue()).toBe('n?j');
    await page.close();
  });

  inBrowser('dismisses what is quarantined and nobody wants, with a reason', async () => {
    const [first, second] = api.world.quarantined;
    api.instead = ({ method }) => {
      if (method !== 'POST') return undefined;
      api.world.quarantined = [second!];
      return { body: first };
    };
    const page = await openPage(`${api.url}/quarantine`, { now });
    await page
      .getByRole('listitem')
      .filter({ hasText: first!.reason })
      .getByRole('button', { name: 'Dismiss' })
      .click();
    await page.getByLabel('Why nobody wants it').fill('A copy of the other one.');
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText(first!.reason).waitFor({ state: 'detached' });
    await page.getByText(second!.reason).waitFor();
    expect(posted().map(({ path, body }) => [path, body])).toEqual([
      [`/v1/quarantine/${first!.id}/dismiss`, { reason: 'A copy of the other one.' }],
    ]);
    expect(page.troubles).toEqual([]);
    await page.close();
  });
});

describe('erasing', () => {
  const layla = `/customers/${idOf(3)}`;

  inBrowser('is asked for twice, goes on before the eyes, and ends in a certificate', async () => {
    const page = await openPage(api.url + layla, { now });
    await page.getByRole('button', { name: 'Erase this person …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase this person for good?' });
    await dialog.getByText('with one address and 2 interactions').waitFor();
    const erase = dialog.getByRole('button', { name: 'Erase for good' });
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByLabel('I know that this cannot be undone.').check();
    await erase.click();
    await page.getByRole('heading', { name: 'This person was erased' }).waitFor();
    await page.getByText('Still to be passed by search, timeline').waitFor();
    const sent = api.asked.filter(({ method }) => method === 'DELETE');
    expect(sent.map(({ path, headers }) => [path, typeof headers['idempotency-key']])).toEqual([[`/v1${layla}`, 'string']]);
    api.world.erasures = api.world.erasures.map(certified);
    await page.getByRole('row', { name: 'ledger stays, and can be read by nobody' }).waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByText('Download the certificate').click()]);
    expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toEqual(api.world.erasures[0]!.certificate);
    expect(page.troubles).toEqual([]);
    await page.close();
  }); // prettier-ignore

  inBrowser('is told to others without its course, and offered to nobody who may not', async () => {
    api.instead = ({ path }) => (path.startsWith('/v1/erasures') ? problem(403, 'Not allowed') : undefined);
    const page = await openPage(api.url + layla, { now });
    await page.getByText('Wednesday, 6 May 2026').waitFor();
    await page.getByText('Nothing else is left of them here.').waitFor();
    for (const name of ['Timeline', 'Brief', 'How it goes'])
      expect(await page.getByRole('region', { name }).count()).toBe(0);
    await page.goto(`${api.url}/customers/${idOf(1)}`);
    await page.getByText('What the CRM knows').waitFor();
    expect(await page.getByRole('button', { name: /^Erase/ }).count()).toBe(0);
    await page.close();
  });
});
