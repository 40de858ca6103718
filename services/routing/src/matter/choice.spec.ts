import { describe, expect, it } from '@jest/globals';
import { fold, specOf } from '@throughline/decider';
import { ann, chat, conversation, idOf, matter, minute } from '../../test/known.ts';
import { type Asking, type Candidate, choices, choose, put } from './choice.ts';
import type { Asked } from './matter.ts';

const given = specOf(choices);
const other = idOf('e');
const [said, lastSaid] = [idOf('1'), idOf('2')];
const asking: Asking = { subject: ann, conversation, asked: chat, at: minute(0), evidence: said };
const open = (more: Partial<Candidate> = {}): Candidate => ({
  matter,
  asked: chat,
  isTicket: false,
  lastTouch: minute(-60),
  since: minute(-90),
  evidence: lastSaid,
  ...more,
});
const chosen = (known: readonly Candidate[], more: Partial<Asking> = {}) =>
  choose({ ...asking, ...more }, known, 'P1D', other, 10)(new Map())[0]!.data;
const askedBy = (asked: Asked) => ({ asked });

describe('a conversation', () => {
  it('joins the open matter of its customer, and says on what evidence', () =>
    given()
      .when(choose(asking, [open()], 'P1D', other, 10))
      .yieldsOnce({
        type: 'MatterChosen',
        data: {
          matter,
          at: minute(0),
          heard: 10,
          subject: ann,
          conversation,
          by: 'joined',
          asked: chat,
          evidence: [said, lastSaid],
          window: 'P1D',
          considered: [],
        },
      }));
  it('opens one where there is none', () =>
    expect(chosen([])).toMatchObject({ by: 'opened', matter: other, evidence: [said] }));
  it('joins the one that was touched last', () =>
    expect(chosen([open({ matter: idOf('f'), lastTouch: minute(-90) }), open()])).toMatchObject({
      matter,
      considered: [{ matter: idOf('f'), why: 'touched earlier' }],
    }));
  it.each([
    ['was touched too long ago', open({ lastTouch: minute(-1_441) }), {}, 'too long ago'],
    ['is another ticket', open({ isTicket: true }), askedBy({ channel: 'ticket' }), 'another ticket'],
    ['has a contrary intent', open({ asked: { channel: 'chat', intent: 'billing.refund' } }), {}, 'another intent'],
    ['is of another kind', open({ asked: { channel: 'chat', kind: 'sales' } }), askedBy({ channel: 'email', kind: 'support' }), 'another kind'],
  ])('does not join one that %s', (_, candidate, more, why) =>
    expect(chosen([candidate], more)).toMatchObject({ by: 'opened', considered: [{ matter, why }] })); // prettier-ignore
  it('that is to join one only opens none, and joins none that was opened later', () => {
    const only = { ...asking, joinsOnly: true };
    expect(chosen([open()], only)).toMatchObject({ by: 'joined', matter });
    for (const known of [[], [open({ since: minute(1), lastTouch: minute(1) })]])
      given()
        .when(choose(only, known, 'P1D', other, 10))
        .yieldsNothing();
  });
  it('joins the same intent in other words', () =>
    expect(chosen([open({ asked: { channel: 'chat', intent: 'hardware.keyboard' } })])).toMatchObject({
      by: 'joined',
    }));
  it('joins what another conversation opened at the same moment', () => {
    const [first] = choose({ ...asking, conversation: other }, [], 'P1D', other, 10)(new Map());
    given(first!)
      .when(choose(asking, [], 'P1D', conversation, 11))
      .yieldsOnce({
        type: 'MatterChosen',
        data: {
          ...choose(asking, [], 'P1D', conversation, 11)(fold(choices, [first!]))[0]!.data,
          by: 'joined',
          matter: other,
        },
      });
  });
});

describe('a person', () => {
  const [first] = choose(asking, [], 'P1D', matter, 10)(new Map());
  const move = {
    matter: other,
    at: minute(5),
    heard: 12,
    subject: ann,
    conversation,
    from: matter,
    asked: chat,
    by: 'hand' as const,
    evidence: [],
    considered: [],
  };
  it('puts a conversation into another matter, with what it asked itself', () =>
    given(first!)
      .when(put({ ...move, asked: { channel: 'phone' } }))
      .yieldsOnce({ type: 'MatterChosen', data: move }));
});
