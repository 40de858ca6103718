import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { cli, cliAs, startCli } from './cli.ts';
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
    // Whoever works in a tenant of their own finds nothing of it there.
    const { code, out, err } = await cliAs(server.url, { THROUGHLINE_TENANT: 'default' }, 'demo').ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(
      (await told(asking(server.url))<{ items: unknown[] }>('/v1/connections', { tenant: 'default' })).items,
    ).toEqual([]);
    const walked = [
      /message in +“My screen broke this morning/,
      /owner +Maria has it/,
      /deadline +the answer is due \w+/,
      /answer +“I will send you a new screen tomorrow.”, in time/,
      /note +Maria: Send Ann a new screen, by \w+/,
      /end +resolved; the matter is closed/,
      /in the CRM +record \d+ of contact 501 · Problem: “My screen broke.+ Next step: Send Ann a new screen.+ in its field: Send Ann/,
      /next step +Send Ann a new screen · Maria/,
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
    const walked = ['message in', 'owner', 'deadline', 'answer', 'note', 'end', 'in the CRM'];
    expect(steps.map(({ step }) => step)).toEqual(walked);
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

  it('pauses what it connected where it is stopped in the middle, and takes no tenant of others', async () => {
    const stopped = startCli(server.url, 'demo');
    await eventually(() => expect(stopped.out()).toMatch(/message in/));
    stopped.child.kill('SIGINT');
    expect((await stopped.ended).code).toBe(130);
    const { items } = await told(asking(server.url))<{ items: { state: string }[] }>('/v1/connections', {
      tenant: 'demo',
    });
    expect(items.map(({ state }) => state)).toEqual(['paused', 'paused', 'paused']);
    const refused = await cli(server.url, 'demo', '--tenant', 'default');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('a tenant of its own, demo') });
  }, 120_000);
});
