import { describe, expect, it } from '@jest/globals';
import { dateOf, writtenAt } from './date.ts';

describe('the moment in a header', () => {
  it.each([
    ['Mon, 4 May 2026 11:30:00 +0200', '2026-05-04T09:30:00.000Z'],
    ['4 May 2026 11:30 +0200 (CEST)', '2026-05-04T09:30:00.000Z'],
    ['Mon,  4  May 2026 09:30:00 GMT', '2026-05-04T09:30:00.000Z'],
    ['Mon, 4 May 2026 05:30:00 EDT', '2026-05-04T09:30:00.000Z'],
    ['Mon, 4 May 2026 09:30:00 BST', '2026-05-04T09:30:00.000Z'],
    ['Mon, 4 May 2026 09:30:00', '2026-05-04T09:30:00.000Z'],
    ['Monday, 04-May-26 09:30:00 GMT', '2026-05-04T09:30:00.000Z'],
    ['4 May 99 09:30:00 -0000', '1999-05-04T09:30:00.000Z'],
    ['Thu, 31 Dec 2026 23:59:60 +0000', '2027-01-01T00:00:00.000Z'],
  ])('%s', (text, moment) => expect(dateOf(text)?.toISOString()).toBe(moment));
  it.each(['', 'yesterday', '31 Feb 2026 10:00:00 +0000', '4 Foo 2026 10:00:00', '4 May 2026 25:00:00', '2026-05-04'])(
    'is not in %p',
    (text) => expect(dateOf(text)).toBeUndefined(),
  );
  it('does not depend on the zone of the machine', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Asia/Tokyo';
    expect(dateOf('4 May 2026 09:30:00')?.toISOString()).toBe('2026-05-04T09:30:00.000Z');
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
});

describe('when a mail was written', () => {
  const now = new Date('2026-05-05T12:00:00Z');
  const received = ['from a by b; Tue, 5 May 2026 09:41:00 +0000', 'from c by a; Tue, 5 May 2026 09:40:30 +0000'];

  it('is its Date', () =>
    expect(writtenAt('Mon, 4 May 2026 11:30:00 +0200', received, now)).toEqual({
      at: '2026-05-04T09:30:00Z',
      by: 'date',
    }));
  it('is a Date up to a day ahead of us', () =>
    expect(writtenAt('Wed, 6 May 2026 11:00:00 +0000', [], now).by).toBe('date'));
  it.each(['Thu, 04 Jun 3610 21:22:24 -0300', 'Thu, 22 Aug 0102 12:07:35 +0800', 'garbage', undefined])(
    'is when it was received last, where its Date is %p',
    (date) => expect(writtenAt(date, received, now)).toEqual({ at: '2026-05-05T09:41:00Z', by: 'received' }),
  );
  it('is now where nothing tells', () =>
    expect(writtenAt(undefined, ['from nowhere'], now)).toEqual({ at: '2026-05-05T12:00:00Z', by: 'arrival' }));
});
