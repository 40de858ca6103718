import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asking, told } from './asking.ts';
import { cli } from './cli.ts';
import type { Brief } from './shapes.ts';
import { type Standalone, standalone } from './standalone.ts';

type Step = { readonly step: string; readonly says: string; readonly events: readonly string[] };

let server: Standalone;
beforeAll(async () => {
  server = await standalone();
}, 90_000);
afterAll(() => server.kill());

const knownEvents = async (): Promise<ReadonlySet<string>> => {
  const lines = (await told(asking(server.url))<string>('/v1/events', { tenant: 'demo' })).split('\n').filter(Boolean);
  return new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id));
};

describe('throughline demo', () => {
  it('walks the loop in words, a line for each step', async () => {
    const { code, out, err } = await cli(server.url, 'demo');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const walked = [
      /message in +“My screen broke this morning/,
      /owner +Maria has it/,
      /deadline +the answer is due \w+/,
      /answer +“I will send you a new screen tomorrow.”, in time/,
      /end +resolved; the matter is closed/,
      /in the CRM +record \d+ of contact 501 · Problem: “My screen broke/,
      /crm +gold · owner Maria · worth 12,000 · renewal 2027-03-01/,
    ];
    const places = walked.map((line) => out.search(line));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const [hint] = out.trimEnd().split('\n').slice(-1);
    const { out: timeline } = await cli(server.url, ...hint!.replace('All of it: npx throughline ', '').split(' '));
    for (const line of [
      /a CRM: activity · created/,
      /closed · resolved/,
      /first-response promised · due/,
      /Maria has it/,
    ])
      expect(timeline).toMatch(line);
  }, 120_000);

  it('walks it again, each step citing events that there are, and leaves nothing that writes to a CRM', async () => {
    const { code, out } = await cli(server.url, 'demo', '--json');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown); // prettier-ignore
    const steps = lines.slice(0, -1) as Step[];
    const known = await knownEvents();
    for (const { step, events } of steps) {
      expect({ step, cited: events.length > 0 }).toEqual({ step, cited: true });
      expect(events.filter((event) => !known.has(event))).toEqual([]);
    }
    const brief = lines.at(-1) as Brief;
    expect(brief).toMatchObject({ now: [], crm: { answer: { tier: 'gold' } }, responsible: { answer: { of: 'crm' } } });
    const ask = told(asking(server.url));
    const { items } = await ask<{ items: { state: string }[] }>('/v1/connections', { tenant: 'demo' });
    expect(items.map(({ state }) => state)).toEqual(['paused', 'paused']);
  }, 120_000);
});
