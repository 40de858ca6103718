import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import axeCore from 'axe-core';
import { closeBrowser, inBrowser, type Opened, openPage } from './browser.ts';
import { boParty, idOf } from './made.ts';
import { certified } from './erasures.ts';
import { places } from './places.ts';
import { problem, type StandIn, standIn } from './stand-in.ts';

const now = '2026-05-06T10:00:00Z';
const ann = `/customers/${idOf(1)}`;
const past = `${ann}?recordedAsOf=2026-05-05T09:00:00Z`;
let api: StandIn;
beforeAll(async () => {
  api = await standIn();
});
beforeEach(() => {
  api.instead = () => undefined;
});
afterAll(() => Promise.all([api.close(), closeBrowser()]));

/** What axe finds in both schemes; only the colours are others in the second. */
const axe = async (page: Opened): Promise<string[]> => {
  await page.evaluate(axeCore.source);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await page.evaluate(runAxe, undefined);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await page.evaluate(runAxe, ['color-contrast']);
  return [...light, ...dark.map((found) => `in the dark: ${found}`)];
};

const runAxe = async (runOnly: string[] | undefined): Promise<string[]> => {
  const { axe } = window as unknown as { axe: typeof axeCore };
  const { violations } = await axe.run(document, { resultTypes: ['violations'], ...(runOnly && { runOnly }) });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${node.target.join(' ')}: ${node.failureSummary}`));
}; // prettier-ignore

describe('axe', () => {
  inBrowser(
    'finds nothing anywhere, in light and dark',
    async () => {
      api.instead = ({ method, path }) => {
        if (path.endsWith(idOf(9)))
          return { body: { id: idOf(9), handles: [], accounts: [], owner: null, erasedAt: now } };
        if (method === 'POST') return problem(422, 'Not valid', 'A field is wrong.', [{ pointer: '/discussed', reason: 'is too short' }]); // prettier-ignore
        return /quarantine\/./.test(path) ? { body: { bytes: btoa('From: nobody') } } : undefined;
      };
      api.world.erasures = [
        certified({ id: idOf(970), customer: idOf(9), position: 9, erasedAt: now, state: 'erasing' }),
      ];
      const page = await openPage(api.url, { now, reducedMotion: true });
      const found: Record<string, string[]> = {};
      for (const [name, [path, act]] of Object.entries(places)) {
        await page.goto(api.url + path);
        await act(page);
        const violations = await axe(page);
        if (violations.length > 0) found[name] = violations;
      }
      expect(found).toEqual({});
      await page.close();
    },
    240_000,
  );
});

/** What is wider than the window, or cut off within the places at its edge. */
const outside = (): string[] => {
  const wide = document.documentElement.scrollWidth > window.innerWidth ? ['the page'] : [];
  const parts = [...document.querySelectorAll('.side, .side :is(a, button, select, .offered)')];
  const cut = parts.filter((part) => {
    const { left, right } = part.getBoundingClientRect();
    return left < 0 || right > window.innerWidth || (part.matches('.side') && part.scrollWidth > part.clientWidth);
  });
  return [...wide, ...cut.map(({ className, textContent }) => `${className} ${textContent}`)];
};

describe('the page', () => {
  inBrowser(
    'stacks where it is narrow or enlarged, the brief first, and nothing leaves the window',
    async () => {
      // A telephone; and a window of 1280 × 800 at 200 %.
      const windows = [{ width: 390, height: 844 }, { width: 640, height: 400 }]; // prettier-ignore
      api.world.tenants = ['default', 'a-tenant-that-is-called-at-some-length'];
      const page = await openPage(api.url + ann, { now });
      await page.evaluate((me) => localStorage.setItem('throughline.me.default', me), JSON.stringify(boParty));
      await page.locator('.brief').waitFor();
      for (const size of windows) {
        await page.setViewportSize(size);
        const brief = (await page.locator('.brief').boundingBox())!;
        expect(brief.y + brief.height).toBeLessThanOrEqual((await page.locator('.line').boundingBox())!.y);
      }
      for (const path of [
        ann,
        past,
        '/',
        '/accounts',
        '/queue',
        '/queue?view=teams',
        `/queue?matter=${idOf(601)}`,
        '/overview',
        '/connections',
        '/quarantine',
        '/doctor',
        '/retention',
        '/overview?tenant=a-tenant-that-is-called-at-some-length',
      ]) {
        await page.goto(api.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByRole('combobox', { name: 'Tenant' }).waitFor();
        if (!path.includes('tenant')) await page.locator('.offered').waitFor();
        for (const size of windows) {
          await page.setViewportSize(size);
          expect({ path, ...size, over: await page.evaluate(outside) }).toEqual({ path, ...size, over: [] });
        }
      }
      api.world.tenants = ['default'];
      await page.close();
    },
    120_000,
  );

  inBrowser('moves nothing for those who do not want it', async () => {
    api.instead = ({ path }) => (path.endsWith('/timeline') ? new Promise(() => undefined) : undefined);
    const page = await openPage(api.url + ann, { now, reducedMotion: true });
    await page.locator('.skeleton[data-shown]').waitFor();
    const running = await page.evaluate(() => document.getAnimations().filter((one) => Number(one.effect?.getTiming().duration) > 0).length);
    expect(running).toBe(0);
    await page.close();
  }); // prettier-ignore

  inBrowser('is small, and shows its first content within a second', async () => {
    const page = await openPage(`${api.url}/overview`);
    await page.getByText('24,363').waitFor();
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    const parts = [`${api.url}/`, ...loaded.filter((url) => !url.includes('/v1/'))];
    const sizes = await Promise.all(parts.map(async (url) => gzipSync(await (await fetch(url)).bytes()).length));
    expect(sizes.length).toBeGreaterThanOrEqual(3);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
    const times: number[] = [];
    for (let load = 0; load < 3; load += 1) {
      await page.goto(api.url);
      await page.getByText('Ann Lee').waitFor();
      const painted = await page.waitForFunction(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      );
      times.push((await painted.jsonValue())!);
    }
    expect(Math.min(...times)).toBeLessThan(1_000);
    await page.close();
  });

  inBrowser('tells the volume as a chart for the eye and as a table for the ear', async () => {
    const page = await openPage(`${api.url}/overview`, { now });
    await page.getByRole('table', { name: 'Interactions per channel over time' }).waitFor();
    expect(await page.locator('.chart path').count()).toBe(6);
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(['From', 'E-mail', 'Phone', 'Chat', 'WhatsApp', 'Meeting', 'Campaign']); // prettier-ignore
    const plot = (await page.locator('.chart-plot').boundingBox())!;
    await page.mouse.move(plot.x + plot.width * 0.3, plot.y + 100);
    await page.locator('.readout').waitFor();
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width * 0.5, plot.y + 100, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    await page.getByRole('button', { name: 'week' }).and(page.locator('[aria-pressed=true]')).waitFor();
    expect(page.troubles).toEqual([]);
    await page.close();
  });

  inBrowser('narrows the line to a period that is brushed above it', async () => {
    const page = await openPage(api.url + ann, { now });
    const plot = page.locator('.strip .chart-plot');
    await plot.waitFor();
    const { x, y } = (await plot.boundingBox())!;
    await page.mouse.move(x + 2, y + 10);
    await page.mouse.down();
    await page.mouse.move(x + 12, y + 10, { steps: 3 });
    await page.mouse.up();
    await page.getByText('Walk through the new office').waitFor();
    await page.getByText('Wrong number').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Any time again' }).click();
    await page.getByText('Wrong number').waitFor();
    await page.close();
  });
});
