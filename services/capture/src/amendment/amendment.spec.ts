import { describe, expect, it } from '@jest/globals';
import { specOf } from '@throughline/decider';
import { amend, amendments, type AmendmentEvent, changeBody, reclassify } from './amendment.ts';

const about = { interaction: 'i', conversation: 'c', owners: ['o'] };
const told = (data: object, of = about): AmendmentEvent => ({
  type: 'InteractionAmended',
  data: { ...of, ...data } as never,
});
const given = specOf(amendments('i', 'support'));

describe('an interaction', () => {
  it('is of another kind once', () =>
    given()
      .when(reclassify(about, 'sales'))
      .yieldsOnce(told({ change: 'kind', kind: 'sales' })));
  it('is of its kind without news', () => {
    given().when(reclassify(about, 'support')).yieldsNothing();
    given(told({ change: 'kind', kind: 'sales' }))
      .when(reclassify(about, 'sales'))
      .yieldsNothing();
  });
  it('is of its first kind again', () =>
    given(told({ change: 'kind', kind: 'sales' })).when(reclassify(about, 'support')).yieldsOnce(told({ change: 'kind', kind: 'support' }))); // prettier-ignore
  it('is not what another one in its conversation is', () =>
    given(told({ change: 'kind', kind: 'sales' }, { ...about, interaction: 'other' })).when(reclassify(about, 'sales')).yieldsOnce(told({ change: 'kind', kind: 'sales' }))); // prettier-ignore
  it('is withdrawn once', () =>
    given()
      .when(amend(about, { change: 'withdrawn' }))
      .yieldsOnce(told({ change: 'withdrawn' })));
  it('has a delivery status once', () =>
    given(told({ change: 'status', status: 'sent' })).when(amend(about, { change: 'status', status: 'read' })).yieldsOnce(told({ change: 'status', status: 'read' }))); // prettier-ignore
  it('is edited as often as it is told', () =>
    given(told({ change: 'edited', text: 'a' })).when(amend(about, { change: 'edited', text: 'a' })).yields(told({ change: 'edited', text: 'a' }))); // prettier-ignore
  it('that was withdrawn is not edited', () =>
    given(told({ change: 'withdrawn' })).when(amend(about, { change: 'transcript', text: 'a' })).isRejected('InteractionWithdrawn')); // prettier-ignore
});

describe('a change', () => {
  it.each([
    { change: 'edited' },
    { change: 'kind', kind: 'sales' },
    { change: 'status', status: 'to Ann Lee' },
    { change: 'withdrawn', text: 'a' },
    { change: 'transcript', text: '\0' },
    {},
  ])('is refused: %j', (body) => expect(changeBody.safeParse(body).success).toBe(false));
});
