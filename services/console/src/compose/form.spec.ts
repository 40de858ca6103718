import { describe, expect, it } from '@jest/globals';
import { bodyOf, faultsOf, type Field, handleOf, keptOf, soon, valuesOf } from './form.ts';

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

  const secretive: readonly Field[] = [
    { pointer: '/crm', label: 'Kind', kind: 'choice', value: 'http' },
    { pointer: '/secret', label: 'Secret', kind: 'secret' },
    { pointer: '/settings', label: 'Settings', kind: 'json' },
    { pointer: '/allowPrivate', label: 'Private', kind: 'yes' },
  ];

  it('makes values of what is chosen, ticked and written as JSON', () => {
    expect(bodyOf(secretive, { ...valuesOf(secretive), '/settings': '{"id":"/id"}', '/allowPrivate': 'yes' })).toEqual({
      crm: 'http',
      settings: { id: '/id' },
      allowPrivate: true,
    });
    expect(() => bodyOf(secretive, { '/settings': '{' })).toThrow(
      expect.objectContaining({ faults: [{ pointer: '/settings', reason: 'is not JSON' }] }),
    );
  });

  it('keeps no secret', () =>
    expect(keptOf(secretive, { '/crm': 'http', '/secret': 'whsec_1' })).toEqual({ '/crm': 'http' }));

  it('gives a fault within a field to it', () => {
    const faults = faultsOf(secretive, [{ pointer: '/settings/create/path', reason: 'does not begin with a slash' }]);
    expect(faults.of('/settings')).toBe('create/path does not begin with a slash');
    expect(faults.areOfFields).toBe(true);
  });
});
