import { describe, expect, it } from '@jest/globals';
import { sizeOf } from '@throughline/feed';
import { mostRefusedBytes } from './channels.ts';
import { refusalOf } from './refusal.ts';

const record = {
  partition: 2,
  offset: 41n,
  key: Buffer.from([0xff, 1]),
  value: Buffer.from([0, 0xfe]),
  headers: { ce_id: '1', 'refused-offset': '7' },
};
const at = new Date('2026-05-04T09:30:00Z');

describe('a refusal', () => {
  it('keeps what came as it came, and says why, and where it lay', () => {
    const problem = { type: '/problems/not-cloud-event', status: 422 };
    expect(refusalOf('inbox', record, problem, at)).toEqual({
      partition: 2,
      key: record.key,
      value: record.value,
      headers: {
        ce_id: '1',
        'refused-problem': JSON.stringify(problem),
        'refused-topic': 'inbox',
        'refused-partition': '2',
        'refused-offset': '41',
        'refused-at': '2026-05-04T09:30:00.000Z',
      },
    });
  });
  it('is never much larger than what came, whatever the names in it', () => {
    const long = `/${'x'.repeat(5_000_000)}`;
    const problem = { detail: `${long} is not known here.`, errors: Array.from({ length: 100 }, () => ({ pointer: `${'x'.repeat(498)}👩‍👩‍👧`, reason: long })) }; // prettier-ignore
    const told = refusalOf('inbox', record, problem, at).headers['refused-problem']!;
    expect(Buffer.byteLength(told)).toBeLessThan(200_000);
    expect(told.isWellFormed()).toBe(true);
    expect(JSON.parse(told)).toMatchObject({ detail: expect.stringMatching(/^\/x{499}…$/) });
  });
  it.each([
    ['whose bytes were no text', { 'x-own': '\u{fffd}'.repeat(4 * 2 ** 20) }],
    ['of which there are too many', Object.fromEntries(Array.from({ length: 900_000 }, (_, at) => [`n${at}`, '']))],
  ])('is sent without the headers that it had where its topic would not take them: %s', (_, headers) => {
    const refusal = refusalOf('inbox', { ...record, headers }, { status: 422 }, at);
    expect(sizeOf(refusal)).toBeLessThan(mostRefusedBytes);
    expect(refusal.headers).toMatchObject({ 'refused-problem': '{"status":422}', 'refused-offset': '41' });
    expect(refusal).toMatchObject({ key: record.key, value: record.value });
  });
});
