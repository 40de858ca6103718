import { describe, expect, it } from '@jest/globals';
import { catalogue, exposition, observe, reading, record } from './index.ts';

const linesOf = async (name: string): Promise<string[]> =>
  (await exposition()).split('\n').filter((line) => line.startsWith(name));

describe('metrics', () => {
  it('are told with their labels, and counted into buckets', async () => {
    const name = 'throughline_http_request_duration_seconds';
    const labels = { method: 'GET', route: '/v1/told/:id', status: '200' };
    record(name, 0.004, labels);
    record(name, 0.3, labels);
    const told = 'method="GET",route="/v1/told/:id",status="200"';
    expect(await linesOf(name)).toEqual(
      expect.arrayContaining([
        `${name}_count{${told}} 2`,
        `${name}_sum{${told}} 0.304`,
        `${name}_bucket{${told},le="0.002"} 0`,
        `${name}_bucket{${told},le="0.005"} 1`,
        `${name}_bucket{${told},le="+Inf"} 2`,
      ]),
    );
  });

  it('are read anew each time, until they are not observed any more', async () => {
    let lag = 3;
    const stop = observe(async () => [reading('throughline_feed_lag_events', lag, { consumer: 'told@1' })]);
    const told = 'throughline_feed_lag_events{consumer="told@1"}';
    expect(await linesOf(told)).toEqual([`${told} 3`]);
    lag = 0;
    expect(await linesOf(told)).toEqual([`${told} 0`]);
    stop();
    expect(await linesOf(told)).toEqual([]);
  });

  it('are told though a reading fails, or never comes', async () => {
    const stops = [
      observe(() => Promise.reject(new Error('away'))),
      observe(() => new Promise(() => {})),
      observe(async () => [reading('throughline_quarantined_items', 2, {})]),
    ];
    expect(await linesOf('throughline_quarantined_items')).toEqual(['throughline_quarantined_items 2']);
    for (const stop of stops) stop();
  });

  it('have names that say their unit, and a help', () => {
    for (const [name, { is, help, bounds }] of Object.entries<{ is: string; help: string; bounds?: unknown }>(
      catalogue,
    )) {
      expect(name).toMatch(/^throughline_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(is === 'counter');
      expect(bounds !== undefined).toBe(is === 'histogram');
      expect(help).toMatch(/\.$/);
    }
  });
});
