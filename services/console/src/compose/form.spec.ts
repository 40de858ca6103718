import { describe, expect, it } from '@jest/globals';
import { bodyOf, faultsOf, type Field, handleOf, soon } from './form.ts';

const fields: readonly Field[] = [
  { pointer: '/discussed', label: 'Discussed', kind: 'lines' },
  { pointer: '/nextStep/owner', label: 'Who', kind: 'who' },
  { pointer: '/nextStep/due', label: 'By when', kind: 'when' },
];

describe('a form', () => {
  it('makes a body of what was filled in', () =>
    expect(bodyOf(fields, { '/discussed': ' Docks. ', '/nextStep/owner': 'bo@acme.example' })).toEqual({
      discussed: 'Docks.',
      nextStep: { owner: 'email:bo@acme.example' },
    }));

  it('leaves out what was not', () => expect(bodyOf(fields, { '/discussed': '  ' })).toEqual({}));

  it('takes a moment in the zone of the reader', () =>
    expect(bodyOf(fields, { '/nextStep/due': '2026-05-08T10:00' })).toEqual({
      nextStep: { due: new Date(2026, 4, 8, 10).toISOString() },
    }));

  it('knows addresses, numbers and handles', () =>
    expect(['bo@acme.example', '+44 113 555-0188', 'crm.hubspot:501', 'tel:+1'].map(handleOf)).toEqual([
      'email:bo@acme.example',
      'tel:+44 113 555-0188',
      'crm.hubspot:501',
      'tel:+1',
    ]));

  it('gives each fault to its field', () => {
    const faults = faultsOf(fields, [
      { pointer: '/nextStep/due', reason: 'is in the past' },
      { pointer: '/text', reason: 'is missing' },
    ]);
    expect(faults.of('/nextStep/due')).toBe('is in the past');
    expect(faults.of('/discussed')).toBeUndefined();
    expect(faults.others).toEqual([{ pointer: '/text', reason: 'is missing' }]);
  });

  it('offers moments that are soon', () =>
    expect(soon(new Date(2026, 11, 31, 17))).toEqual([
      ['Tomorrow, 10:00', '2027-01-01T10:00'],
      ['In a week', '2027-01-07T10:00'],
    ]));
});
