import { afterAll, beforeEach, describe, expect } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { closeBrowser, inBrowser, type Opened, openPage } from './browser.ts';
import { maria } from './desk.ts';
import { boParty, idOf } from './made.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';

const now = '2026-05-06T10:00:00Z';
let api: StandIn;
const opened: StandIn[] = [];
beforeEach(async () => {
  api = await standIn();
  opened.push(api);
});
afterAll(() => Promise.all([...opened.map((one) => one.close()), closeBrowser()]));

const posted = () => api.asked.filter(({ method }) => method !== 'GET');
const rows = (page: Opened) => page.locator('.matters .matter');
const chosen = (page: Opened) => page.locator('.matter[aria-current]');

/** The queue of Bo, who said that it is he. */
const asBo = async (query = ''): Promise<Opened> => {
  const page = await openPage(`${api.url}/queue${query}`, { now });
  await page.getByRole('button', { name: /Bo Hansen/ }).click();
  await rows(page).filter({ hasText: 'Ann Lee' }).waitFor();
  return page;
};

describe('my queue', () => {
  inBrowser('asks who one is, once, and says it of what one does', async () => {
    const page = await asBo();
    await page.reload();
    await rows(page).first().waitFor();
    expect(await page.getByText('Who are you?').count()).toBe(0);
    await page.getByRole('button', { name: 'Away' }).click();
    await page.getByRole('button', { name: 'Away' }).and(page.locator('[aria-pressed=true]')).waitFor();
    await eventually(() => expect(posted()).toHaveLength(1));
    expect(posted()[0]).toMatchObject({ path: `/v1/agents/${boParty.id}/presence`, body: { presence: 'away' } });
    expect(posted()[0]!.headers['x-actor']).toBe(boParty.handle);
    await page.getByLabel('I am').selectOption('Maria Sol');
    await page.getByText('Nothing is yours right now.').waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('is gone to from anywhere, and tells there that something is offered', async () => {
    const page = await asBo();
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('heading', { name: 'People' }).waitFor();
    await page.getByRole('link', { name: 'My queue 1 offered to you' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await page.getByRole('heading', { name: 'My queue' }).waitFor();
    await page.close();
  });

  inBrowser('accepts and declines what is offered, by its keys, while the time runs down', async () => {
    const page = await asBo();
    const offers = page.getByRole('region', { name: 'Offered to you' });
    await offers.getByText('2:30 left').waitFor();
    await offers.getByText('has a crack from the left edge').waitFor();
    expect(await offers.getByRole('link', { name: 'ليلى حسن' }).getAttribute('href')).toBe(`/customers/${idOf(3)}`);
    expect((await offers.boundingBox())!.y).toBeLessThan((await rows(page).first().boundingBox())!.y);
    await page.clock.setFixedTime('2026-05-06T10:00:50Z');
    await offers.getByText('1:40 left').waitFor();
    await page.keyboard.press('a');
    await chosen(page).filter({ hasText: 'ليلى حسن' }).waitFor();
    await offers.getByText('Delivery, when').waitFor({ state: 'detached' });
    Object.assign(
      api.world.desk.matters.find(({ id }) => id === idOf(605))!,
      { state: 'offered', agent: boParty },
    );
    await offers.getByText('Olu Adeyemi').waitFor();
    await page.keyboard.press('d');
    await offers.getByText('Olu Adeyemi').waitFor({ state: 'detached' });
    expect(posted().map(({ path, body }) => [path, body])).toEqual([
      [`/v1/matters/${idOf(604)}/accept`, { agent: boParty.id }],
      [`/v1/matters/${idOf(605)}/decline`, { agent: boParty.id }],
    ]);
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('says nothing louder than what is offered, where nothing else is there', async () => {
    for (const one of api.world.desk.matters) if (one.state === 'owned') one.state = 'closed';
    const page = await openPage(`${api.url}/queue`, { now });
    await page.getByRole('button', { name: /Bo Hansen/ }).click();
    await page.getByText('Nothing until you accept.').waitFor();
    expect(await page.getByText('Nothing is yours right now.').count()).toBe(0);
    await page.keyboard.press('d');
    await page.getByText('Nothing is yours right now.').waitFor();
    await page.close();
  });

  inBrowser('takes the next that waits, from the team where somebody waits longest', async () => {
    const page = await asBo();
    await page.getByText('2 waiting').waitFor();
    await page.keyboard.press('n');
    await chosen(page).filter({ hasText: 'Olu Adeyemi' }).waitFor();
    expect(posted()[0]).toMatchObject({ path: '/v1/queues/hardware/next', body: { agent: boParty.id } });
    await page.keyboard.press('n');
    await chosen(page).filter({ hasText: 'Priya Raman' }).waitFor();
    await page.keyboard.press('n');
    await page.getByText('Nothing waits that is for you.').waitFor();
    expect(posted().map(({ path }) => path).slice(2)).toEqual(['/v1/queues/hardware/next', '/v1/queues/sales/next']);
    await page.close();
  }); // prettier-ignore

  inBrowser('shows what whoever has it must know, and closes it with an outcome, by keyboard', async () => {
    const page = await asBo();
    await page.keyboard.press('j');
    await chosen(page).filter({ hasText: 'Ann Lee' }).waitFor();
    const detail = page.getByRole('article', { name: 'Ann Lee' });
    await detail.getByText('has a crack from the left edge').waitFor();
    await detail.getByText('She sent photos').waitFor();
    await detail.getByText('Maria Sol had it').waitFor();
    await page.keyboard.press('c');
    await page.getByLabel('How it ended').fill('answered');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await rows(page).filter({ hasText: 'Ann Lee' }).waitFor({ state: 'detached' });
    expect(posted()[0]).toMatchObject({ path: `/v1/matters/${idOf(601)}/close`, body: { outcome: 'answered' } });
    await page.keyboard.press('k');
    await chosen(page).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/customers/${idOf(103)}`);
    await page.close();
  });

  inBrowser('says that it waits for the customer, where they have an answer to come', async () => {
    const page = await asBo(`?matter=${idOf(601)}`);
    const detail = page.getByRole('article', { name: 'Ann Lee' });
    await detail.getByText('24:00 left').waitFor();
    api.instead = ({ path }) => (path.endsWith('/wait') ? problem(409, 'No answer is due in the matter', 'It was met.') : undefined); // prettier-ignore
    await page.keyboard.press('p');
    await detail.getByRole('alert').getByText('It was met.').waitFor();
    api.instead = () => undefined;
    await detail.getByRole('button', { name: 'Waits for them' }).click();
    await detail.getByText('No time of ours passes until they write.').waitFor();
    await detail.getByText('24:00 left').waitFor({ state: 'detached' });
    expect(await detail.getByRole('button', { name: 'Waits for them' }).count()).toBe(0);
    expect(await rows(page).filter({ hasText: 'Ann Lee' }).count()).toBe(1);
    expect(posted().map(({ path }) => path)).toEqual(Array.from({ length: 2 }, () => `/v1/matters/${idOf(601)}/wait`));
    await page.close();
  });

  inBrowser('hands on to somebody with a word, and says what is wrong with it', async () => {
    const page = await asBo(`?matter=${idOf(601)}`);
    await page.getByText('What they asked').waitFor();
    await page.keyboard.press('f');
    await page.getByLabel('To whom').selectOption('Maria Sol (away)');
    await page.getByLabel('A word for them').fill('She sent photos.');
    api.instead = ({ path }) => (path.endsWith('/assign') ? problem(404, 'There is no such agent', 'There is no such agent.') : undefined); // prettier-ignore
    await page.getByRole('button', { name: 'Hand on' }).click();
    await page.getByRole('alert').getByText('There is no such agent.').waitFor();
    api.instead = () => undefined;
    await page.getByRole('button', { name: 'Hand on' }).click();
    await rows(page).filter({ hasText: 'Ann Lee' }).waitFor({ state: 'detached' });
    expect(posted().at(-1)!.body).toEqual({ agent: maria.id, note: 'She sent photos.' });
    await page.close();
  });

  inBrowser('moves nothing that is read while news come, and is put in order when asked', async () => {
    const page = await asBo();
    const { matters } = api.world.desk;
    const names = () => rows(page).locator('b').allInnerTexts();
    const before = await names();
    Object.assign(
      matters.find(({ id }) => id === idOf(603))!,
      { agent: maria },
    );
    const [older] = matters;
    matters.push({ ...older!, id: idOf(620), customer: idOf(107), since: '2026-05-01T08:00:00Z' });
    await rows(page).filter({ hasText: 'Emma O’Neill' }).waitFor();
    expect(await names()).toEqual([...before, 'Emma O’Neill']);
    await rows(page).nth(1).getByText('no longer yours').waitFor();
    await page.getByRole('button', { name: 'Put in order' }).click();
    await eventually(async () => expect(await names()).toEqual(['Emma O’Neill', before[0], before[2]]));
    await page.close();
  });

  inBrowser('explains why somebody has it: rule, inputs, what else there was, and the events', async () => {
    const page = await asBo(`?matter=${idOf(601)}`);
    await page.getByText('What they asked').waitFor();
    await page.keyboard.press('w');
    const why = page.getByRole('dialog', { name: 'Why Bo Hansen has it' });
    const [last, queued] = [why.getByRole('listitem').first(), why.getByRole('listitem').nth(1)];
    await last.getByText('it was their turn in hardware').waitFor();
    await last.getByText('Whose turn it is', { exact: true }).waitFor();
    await last.locator('.facts', { hasText: 'Not taken' }).getByText('later in line').waitFor();
    await queued.getByText(/^Waits in hardware until .*14:40, then Sam Ode has it/).waitFor();
    await queued.locator('.facts', { hasText: 'Decided on' }).getByText('Hardware, screen').first().waitFor();
    expect(await last.getByRole('link', { name: 'event 44' }).getAttribute('href')).toContain(`at=${idOf(654)}`);
    await page.keyboard.press('Escape');
    await why.waitFor({ state: 'detached' });
    await page.close();
  });

  inBrowser('shows who looks after teams what waits in all of them, and lets them give it out', async () => {
    const page = await openPage(`${api.url}/queue?view=teams`, { now });
    await page.getByRole('button', { name: 'Hardware 2 waiting , longest 48:00 , available: 1 of 2' }).click();
    await page.getByRole('link', { name: 'Olu Adeyemi' }).waitFor();
    expect(await page.title()).toBe('Queues · Throughline');
    await page.getByText('20:00 left').waitFor();
    await page.getByRole('button', { name: /^Night watch/ }).click();
    await page.getByText('2:00 late').waitFor();
    await page.getByRole('button', { name: 'Give to …' }).first().click();
    await page.getByLabel('To whom').selectOption('Bo Hansen (available)');
    await page.getByRole('button', { name: 'Hand on' }).click();
    await page.getByRole('link', { name: 'Olu Adeyemi' }).waitFor({ state: 'detached' });
    expect(posted().map(({ path }) => path)).toEqual([`/v1/matters/${idOf(605)}/assign`]);
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('tells since when something waits in the queue of what no team serves', async () => {
    const matter = api.world.desk.matters.find(({ id }) => id === idOf(605))!;
    Object.assign(matter, { team: 'default', since: '2026-05-06T07:00:00Z', at: '2026-05-06T09:15:00Z' });
    const page = await openPage(`${api.url}/queue?view=teams`, { now });
    await page.getByRole('button', { name: 'Everything else 1 waiting , longest 45:00 , available: nobody' }).waitFor();
    await page.close();
  });

  inBrowser('names the command that fills it, and what to do where nothing answers', async () => {
    Object.assign(api.world.desk, { agents: [], teams: [], matters: [] });
    const page = await openPage(`${api.url}/queue`, { now });
    await page.getByText('npx throughline agents add').waitFor();
    await page.getByRole('button', { name: 'Teams' }).click();
    await page.getByText('There is no team yet.').waitFor();
    api.instead = ({ path }) => (path === '/v1/agents' ? problem(422, 'Not now', 'Ask later.') : undefined);
    await page.goto(`${api.url}/queue`);
    await page.getByRole('alert').getByText('Ask later.').waitFor();
    await page.close();
  });
});
