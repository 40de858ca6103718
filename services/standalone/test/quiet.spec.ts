import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@throughline/testing';
import { asking, told } from './asking.ts';
import { standalone, type Standalone } from './standalone.ts';

const ann = { role: 'customer', handle: 'email:ann@example.com' };
const said = (key: string, occurredAt: string, more: object = {}) => ({
  source: 'spec', key, channel: 'chat', direction: 'inbound', occurredAt, conversation: 'talk', text: 'Hello?', participants: [ann], ...more,
}); // prettier-ignore

type Page = { readonly items: { readonly occurredAt: string; readonly session?: { number: number; by: string } }[] };

let server: Standalone | undefined;
afterEach(() => server?.kill());

describe('a conversation that fell silent', () => {
  it('is over as of when it was, once, though the process was away at that time and is killed', async () => {
    const first = await standalone();
    server = first;
    const say = told(asking(first.url));
    await say('/v1/interactions', { json: said('one', '2026-05-04T09:30:00Z') });
    await say('/v1/interactions', { json: said('two', '2026-05-04T13:00:00Z') });
    await say('/v1/interactions', {
      json: said('old', '2019-05-04T13:00:00Z', { conversation: 'old', backfill: true }),
    });
    await first.kill();
    const ends = [
      { occurredAt: '2026-05-04T13:30:00Z', session: { number: 2, by: 'quiet' } },
      { occurredAt: '2026-05-04T10:00:00Z', session: { number: 1, by: 'quiet' } },
    ];
    for (let nth = 0; nth < 2; nth += 1) {
      const again = await standalone({ dir: first.dir, env: { QUIET_EVERY: '1' } });
      server = again;
      const get = told(asking(again.url));
      await eventually(async () => {
        const { customer } = await get<{ customer: { id: string } }>(`/v1/brief?handle=${ann.handle}`);
        const { items } = await get<Page>(`/v1/customers/${customer.id}/timeline?type=all`);
        const ended = items.filter(({ session }) => session);
        expect(ended.map(({ occurredAt, session }) => ({ occurredAt, session }))).toEqual(ends);
      });
      await again.kill();
    }
  }, 180_000);
});
