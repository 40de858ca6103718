import { describe, expect, it } from '@jest/globals';
import { entryOf, ownAddressBody, shownEntry } from './own-address.ts';

describe('an address or domain of ours', () => {
  it.each([
    [{ address: 'Bo@Acme.Example' }, 'email:bo@acme.example', { address: 'bo@acme.example' }],
    [{ domain: 'Acme.Example.' }, 'acme.example', { domain: 'acme.example' }],
    [{ domain: '@acme.example' }, 'acme.example', { domain: 'acme.example' }],
    [{ domain: 'bücher.example' }, 'xn--bcher-kva.example', { domain: 'xn--bcher-kva.example' }],
  ])('%j is %s', (body, entry, shown) => {
    expect(entryOf(ownAddressBody.parse(body))).toBe(entry);
    expect(shownEntry(entry)).toEqual(shown);
  });
  it.each([{}, { address: 'a@b.example', domain: 'b.example' }, { adress: 'a@b.example' }, { address: 'ab' }])(
    'is refused: %j',
    (body) => expect(ownAddressBody.safeParse(body).success).toBe(false),
  );
  it.each([{ address: 'nobody' }, { domain: 'not a domain' }, { domain: 'a/b' }, { domain: '..' }])(
    'is none: %j',
    (body) => expect(() => entryOf(body)).toThrow(expect.objectContaining({ faults: [expect.objectContaining({})] })),
  );
});
