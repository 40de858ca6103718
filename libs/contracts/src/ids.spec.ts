import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { consequenceId, derivedId, factId, uuid, uuidOf } from './index.ts';

// Literal on purpose: another id for the same fact would store every fact of every installation a second time.
describe('ids', () => {
  it('of a fact are the same on every installation', () => {
    expect(factId('default', 'email', 'm1@example.com')).toBe('ff6a6e8d-e735-5c70-879b-f885e7e87fb7');
    expect(factId('default', 'acme-helpdesk', 'ticket-17/comment-3')).toBe('edb8113f-df3a-5fa5-b19b-4d73b46fb226');
    expect(factId('другой', 'почта', 'ключ')).toBe('ab50fa91-1faf-5dbf-82cd-5a6f9bcd5d36');
  });

  it('of a consequence are the same for every replica', () => {
    expect(consequenceId('01010101-1111-5111-8111-111111111111', 'threads', 1)).toBe(
      'dda9f294-c8c0-5f40-a034-1a73e0560caa',
    );
    expect(consequenceId('01010101-1111-5111-8111-111111111111', 'threads', '1')).toBe(
      'dda9f294-c8c0-5f40-a034-1a73e0560caa',
    );
  });

  it('keep the parts of a name apart', () => {
    expect(derivedId('a', 'bc')).not.toBe(derivedId('ab', 'c'));
    expect(derivedId('a","b')).not.toBe(derivedId('a', 'b'));
  });

  it('differ for every tenant, source and key, and are UUIDs of version 5', () =>
    fc.assert(
      fc.property(
        fc.tuple(fc.string(), fc.string(), fc.string()),
        fc.tuple(fc.string(), fc.string(), fc.string()),
        (a, b) => {
          expect(uuid.safeParse(factId(...a)).success).toBe(true);
          expect(factId(...a)[14]).toBe('5');
          expect(factId(...a) === factId(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
        },
      ),
    ));

  it('made of bytes carry version and variant and nothing else of ours', () => {
    expect(uuidOf(Buffer.alloc(16), 5)).toBe('00000000-0000-5000-8000-000000000000');
    expect(uuidOf(Buffer.alloc(32, 0xff), 8)).toBe('ffffffff-ffff-8fff-bfff-ffffffffffff');
  });
});
