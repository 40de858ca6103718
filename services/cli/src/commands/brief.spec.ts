import { describe, expect, it } from '@jest/globals';
import { type Brief, briefInWords } from './brief.ts';

const none = { answer: null, reason: 'Nothing.', events: [] };
const nothing: Brief = {
  position: 1,
  customer: { id: 'c1', handles: [{ handle: 'email:ann@example.com' }] },
  now: [],
  lastTalkedAbout: none,
  responsible: none,
  nextStep: none,
  happened: none,
  crm: none,
};
const bo = { handle: 'email:bo@acme.example', name: 'Bo' };
const since = '2026-05-05T08:00:00Z';
const lineOf = (brief: Partial<Brief>, title: string): string =>
  briefInWords({ ...nothing, ...brief })
    .split('\n')
    .find((line) => line.trimStart().startsWith(title))!;

describe('a brief in words', () => {
  it('tells why something is not known', () =>
    expect(lineOf({}, 'responsible')).toMatch(/responsible\s+not known: Nothing\./));

  it('names who has the matter, and how many more are open', () => {
    const answer = { owner: bo, since, of: 'matter' as const, others: [{}] };
    expect(lineOf({ responsible: { answer, events: ['e1'] } }, 'responsible')).toMatch(
      /Bo, has the open matter, since .*2026.*, and 1 more open/,
    );
  });

  it('names the queue that it waits in, until when, and who has it then', () => {
    const queue = { team: 'hardware', until: since, fallback: bo };
    const answer = { queue, since, of: 'matter' as const };
    expect(lineOf({ responsible: { answer, events: ['e1'] } }, 'responsible')).toMatch(
      /the queue of hardware, until .*2026.*, then Bo$/,
    );
  });

  it('tells what the CRM knows, as of when, and that it is stale', () => {
    const answer = {
      asOf: since,
      stale: true,
      tier: 'gold',
      owner: bo,
      value: { amount: 12, currency: 'EUR' },
      renewal: '2026-09-01',
      deals: [{ name: 'Laptops', stage: 'offer' }],
      purchases: [{ product: 'Laptop 14', at: '2025-11-05' }],
      loyalty: { level: 'silver' },
    };
    expect(lineOf({ crm: { answer, events: ['e1'] } }, 'crm')).toMatch(
      /gold · owner Bo · worth 12 EUR · renewal 2026-09-01 · Laptops offer · bought Laptop 14 \(2025-11-05\) · loyalty silver · as of .*2026.*, stale$/,
    );
  });
});
