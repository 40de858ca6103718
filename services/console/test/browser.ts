import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { skipBecause } from '@throughline/testing';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

// The first draws no window that nobody sees, for half the work.
const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const executablePath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** Declares a test that needs a browser; skipped, with what installs one, where there is none. */
export const inBrowser = skipBecause(
  !executablePath &&
    'no Chromium in PATH (Debian: apt-get install chromium-headless-shell; else Chromium or Google Chrome)',
);

const args = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]; // prettier-ignore

let launched: Promise<Browser> | undefined;
const browser = (): Promise<Browser> => (launched ??= chromium.launch({ executablePath, args, headless: true }));

/** To be given to `afterAll` of each spec file that opens pages. */
export const closeBrowser = async (): Promise<void> => {
  const open = await launched;
  launched = undefined;
  await open?.close();
};

export type Look = {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** What the reader's clock says, where it matters. */
  readonly now?: string;
};

/** A page in a browser of its own, and what went wrong on it: errors, broken promises, refusals of the policy. */
export type Opened = Page & { readonly troubles: string[] };

const contextOf = ({ scheme, width = 1280, height = 800, reducedMotion }: Look): BrowserContextOptions => ({
  colorScheme: scheme ?? 'light',
  viewport: { width, height },
  reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  locale: 'en-GB',
  timezoneId: 'Europe/Berlin',
});

/** Opens an address, of the stand-in or of a real Throughline. */
export const openPage = async (url: string, look: Look = {}): Promise<Opened> => {
  const context = await (await browser()).newContext(contextOf(look));
  const page = Object.assign(await context.newPage(), { troubles: [] as string[], close: () => context.close() });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => page.troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') page.troubles.push(message.text());
  });
  if (look.now) await page.clock.setFixedTime(look.now);
  await page.goto(url);
  return page;
};
