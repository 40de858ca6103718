import { describe, it } from '@jest/globals';
import type { Party } from '@throughline/contracts';
import { specOf } from '@throughline/decider';
import { assign, type OwnerEvent, ownership, release } from './owner.ts';

const given = specOf(ownership);
const subject = '00000000-0000-8000-8000-000000000001';
const bo: Party = { id: '00000000-0000-8000-8000-0000000000b0', handle: 'email:bo@acme.example', name: 'Bo' };
const cy: Party = { id: '00000000-0000-8000-8000-0000000000c0', handle: 'email:cy@acme.example' };
const assigned = (owner?: Party): OwnerEvent => ({
  type: 'OwnerAssigned',
  data: { of: 'customer', subject, ...(owner && { owner }) },
});

describe('the owner of a customer', () => {
  it('is assigned once', () =>
    given()
      .when(assign('customer', subject, bo))
      .yieldsOnce(assigned(bo)));
  it('can be another one later', () =>
    given(assigned(bo))
      .when(assign('customer', subject, cy))
      .yieldsOnce(assigned(cy)));
  it('can be who was it before', () =>
    given(assigned(bo), assigned(cy))
      .when(assign('customer', subject, bo))
      .yieldsOnce(assigned(bo)));
  it('is released once', () => given(assigned(bo)).when(release('customer', subject)).yieldsOnce(assigned()));
  it('need not be released where there is none', () => given().when(release('customer', subject)).yieldsNothing());
  it('can be assigned again after a release', () =>
    given(assigned(bo), assigned())
      .when(assign('customer', subject, bo))
      .yieldsOnce(assigned(bo)));
  it('is known by the handle, whatever name comes with it', () =>
    given(assigned(bo))
      .when(assign('customer', subject, { ...bo, name: 'Robert' }))
      .yieldsNothing());
});

describe('the owner of an account', () => {
  it('is assigned once', () =>
    given()
      .when(assign('account', subject, bo))
      .yieldsOnce({ type: 'OwnerAssigned', data: { of: 'account', subject, owner: bo } }));
});
