import { describe, expect, it } from '@jest/globals';
import { flawOf, outlookOf } from './check.ts';

const fine = {
  source: 's',
  key: 'k',
  channel: 'chat',
  direction: 'inbound',
  occurredAt: '2026-05-04T09:30:00Z',
  participants: [{ role: 'customer', handle: 'email:ann@lee.example' }],
};

describe('what a dry run says of a record', () => {
  it('is nothing where it is an interaction', () => expect(flawOf(fine)).toBeUndefined());
  it.each([
    [{ source: undefined }, '/source is missing'],
    [{ direction: 'sideways' }, '/direction is not one of inbound, outbound, internal'],
    [{ key: 17 }, '/key is not a text'],
    [{ participants: {} }, '/participants is not a list'],
    [{ occurredAt: '2099-05-04T09:30:00Z' }, '/occurredAt is more than a day after now'],
    [{ end: { at: '2099-05-04T09:30:00Z' } }, '/end/at is more than a day after now'],
    [{ end: { at: '2026-05-04T09:00:00Z' } }, '/end/at is before occurredAt'],
    [{ participants: [{ role: 'customer', handle: 'tel:0151 1234' }] }, /^\/participants\/0\/handle is not a phone number/],
    [{ participants: [{ ...fine.participants[0], also: [{ handle: 'phone:+442079460958' }] }] }, /^\/participants\/0\/also\/0\/handle .* is written tel/],
    [{ colour: 'red' }, 'it has what is not known here: colour'],
    [{ participants: [{ role: 'customer', handle: 'Ann' }] }, /^\/participants\/0\/handle is not a namespace and a value/],
  ])('is in words, with the field: %j', (more, said) => expect(flawOf({ ...fine, ...more })).toMatch(said)); // prettier-ignore
});

describe('what a dry run says of a mail', () => {
  const mail = (text: string) => outlookOf(Buffer.from(text));

  it.each(['From: Ann <ann@lee.example>\n\nHi', 'Subject: x\r\nReturn-Path:\r\n <ann@lee.example>\r\n\r\nHi'])(
    'is that it would be captured: %j',
    (text) => expect(mail(text)).toEqual({ outcome: 'captured' }),
  );
  it.each(['\u0001\u0002', 'Subject: x\n\nFrom: ann@lee.example', 'From: nobody\n\nHi'])(
    'is that it has no sender: %j',
    (text) => expect(mail(text)).toMatchObject({ outcome: 'quarantined', reason: 'it has no sender that can be read' }),
  );
  it('is that it is empty', () => expect(mail('')).toEqual({ outcome: 'rejected', reason: 'it is empty' }));
  it('is that it is too large', () =>
    expect(outlookOf(Buffer.alloc(32 * 1_048_576 + 1))).toMatchObject({ outcome: 'rejected' }));
});
