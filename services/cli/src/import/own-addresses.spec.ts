import { describe, expect, it } from '@jest/globals';
import { halfOwned, senderOf } from './own-addresses.ts';

const senders = new Map([
  ['help@acme.example', 9],
  ['bo@acme.example', 3],
  ['cy@acme.example', 1],
  ['ann@gmail.com', 5],
  ['ann@lee.example', 2],
]);

describe('a domain of which one address is ours', () => {
  it('is told where others there sent mails', () =>
    expect(halfOwned([{ address: 'help@acme.example' }], senders)).toEqual([
      { domain: 'acme.example', address: 'help@acme.example', others: 2, mails: 4 },
    ]));
  it('is not where all who sent mails are ours, or the whole domain is', () => {
    const all = ['help', 'bo', 'cy'].map((name) => ({ address: `${name}@acme.example` }));
    expect(halfOwned(all, senders)).toEqual([]);
    expect(halfOwned([{ address: 'help@acme.example' }, { domain: 'acme.example' }], senders)).toEqual([]);
  });
  it('is not where everybody has an address', () =>
    expect(halfOwned([{ address: 'bo@gmail.com' }], senders)).toEqual([]));
});

describe('the sender of a mail', () => {
  it('is read from its header alone', () => {
    expect(senderOf(Buffer.from('To: x@y.example\nFrom: Bo\n <Bo@Acme.example>\n\nFrom: z@y.example'))).toBe(
      'bo@acme.example',
    );
    expect(senderOf(Buffer.from('Subject: x\n\nFrom: z@y.example'))).toBeUndefined();
  });
});
