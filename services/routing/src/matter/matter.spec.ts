import { describe, expect, it } from '@jest/globals';
import { fold, specOf } from '@throughline/decider';
import {
  ada, ann, assigned, bo, chat, conversation, cy, idOf, matter, minute, moment, opened, queued, to, toSupport,
} from '../../test/known.ts'; // prettier-ignore
import { elapse, giveTurn, inTime, reopen, take } from './course.ts';
import { accept, assign, close, decline, followOwner, leave, leaveTeam, split } from './hand.ts';
import { type MatterEvent, matters } from './matter.ts';

const given = specOf(matters);
const asking = { matter, subject: ann, conversation, asked: chat, at: minute(0), position: 12 };
const other = idOf('e');

const bosTurn: Parameters<typeof giveTurn>[0] = {
  team: 'support',
  entry: 1,
  agent: bo,
  decision: { rule: 'turn', inputs: { team: 'support' }, alternatives: [] },
};
const turnOfBo: MatterEvent = { type: 'MatterAssigned', data: { matter, ...moment(1), ...bosTurn } };
// Heard is what was heard when it was queued: whoever becomes the owner meanwhile still counts.
const accepted = {
  type: 'MatterAssigned',
  data: { ...turnOfBo.data, ...moment(1), decision: { ...bosTurn.decision, inputs: { team: 'support', by: 'agent' } } },
} as MatterEvent;
const offered: MatterEvent = { type: 'MatterOffered', data: { matter, ...moment(1), ...bosTurn, until: minute(2) } };
const closed: MatterEvent = { type: 'MatterClosed', data: { matter, ...moment(30, 20), by: 'hand' } };
const ended = (by: 'declined' | 'lapsed' | 'withdrawn', at: ReturnType<typeof moment>): MatterEvent => ({
  type: 'MatterOfferEnded',
  data: { matter, ...at, team: 'support', entry: 1, agent: bo, by },
});
const requeued = (at: ReturnType<typeof moment>): MatterEvent => ({
  type: 'MatterQueued',
  data: { ...queued.data, ...at, entry: 2, declined: [bo] } as never,
});
const handedOn = (
  because: 'owner-changed' | 'agent-removed' | 'hand',
  at = moment(5, 15),
  note?: string,
): MatterEvent => ({
  type: 'MatterHandedOn',
  data: {
    matter,
    ...at,
    subject: ann,
    from: ada,
    because,
    packet: {
      since: minute(0),
      conversations: [conversation],
      upTo: at.heard,
      intent: 'hardware.screen',
      tried: [{ agent: ada, at: minute(0) }],
      ...(note !== undefined && { note }),
    },
  },
});

describe('a matter', () => {
  it('is opened and placed at once', () =>
    given()
      .when(take(asking, moment(0), () => toSupport))
      .yieldsOnce(opened, queued));
  it('is opened for its owner', () =>
    given()
      .when(take(asking, moment(0), () => to(ada)))
      .yieldsOnce(opened, assigned(ada)));
  it('takes in another conversation', () =>
    given(opened, queued)
      .when(take({ ...asking, conversation: other }, moment(5), () => toSupport))
      .yieldsOnce({ type: 'MatterJoined', data: { matter, ...moment(5), conversation: other, asked: chat } }));
  it('hears of nothing before it is opened', () =>
    given(assigned(bo))
      .when(close({ by: 'hand' }, moment(1)))
      .isRejected('MatterUnknown'));
  it('is opened again by what is said after its end', () =>
    given(opened, assigned(ada), closed)
      .when(reopen({ conversation, position: 21 }, moment(40, 25), () => to(ada)))
      .yieldsOnce(
        { type: 'MatterReopened', data: { matter, ...moment(40, 25), conversation } },
        assigned(ada, moment(40, 25)),
      ));
  it('stays closed, whatever is told of again that it heard before its end', () =>
    given(opened, assigned(ada), closed)
      .when(reopen({ conversation, position: 20 }, moment(40, 25), () => to(ada)))
      .yieldsNothing());
  it('is closed once', () =>
    given(opened, assigned(ada))
      .when(close({ by: 'hand' }, moment(30, 20)))
      .yieldsOnce(closed));
  it('is not closed by the end of a session that it knew of when it was opened', () =>
    given(opened, assigned(ada))
      .when(close({ by: 'session', position: 9 }, moment(30)))
      .yieldsNothing());
});

describe('the turn of an agent', () => {
  it('makes it theirs', () =>
    given(opened, queued)
      .when(giveTurn(bosTurn, minute(1)))
      .yieldsOnce(turnOfBo));
  it('is offered where the team asks first', () =>
    given(opened, queued)
      .when(giveTurn(bosTurn, minute(1), 'PT1M'))
      .yieldsOnce(offered));
  it('is of no use where somebody else has it by now', () =>
    given(opened, queued, assigned(ada))
      .when(giveTurn(bosTurn, minute(1)))
      .yieldsNothing());
  it('is of no use where it waits for another time', () =>
    given(opened, queued, offered, ended('declined', moment(1)), requeued(moment(1)))
      .when(giveTurn(bosTurn, minute(2)))
      .yieldsNothing());
  it('is taken by accepting', () =>
    given(opened, queued, offered)
      .when(accept(bo, minute(1)))
      .yieldsOnce(accepted));
  it('that was accepted goes to an owner who changed before that and is heard of later', () =>
    given(opened, queued, offered, accepted)
      .when(followOwner(to(ada), 14, moment(5, 15)))
      .yields(
        {
          type: 'MatterHandedOn',
          data: {
            ...handedOn('owner-changed').data,
            from: bo,
            team: 'support',
            entry: 1,
            packet: {
              since: minute(0), conversations: [conversation], upTo: 15, intent: 'hardware.screen',
              tried: [{ agent: bo, at: minute(1) }],
            },
          } as never,
        },
        assigned(ada, moment(5, 15)),
      )); // prettier-ignore
  it('can be declined: back into the queue, for others', () =>
    given(opened, queued, offered)
      .when(decline(bo, minute(1)))
      .yields(ended('declined', moment(1)), requeued(moment(1))));
  it('is not somebody else’s to take', () =>
    given(opened, queued, offered)
      .when(accept(ada, minute(1)))
      .isRejected('NotOffered'));
});

describe('time', () => {
  const isThere = () => true;
  it('lets an offer lapse, at the time when it did', () =>
    given(opened, queued, offered)
      .when(elapse(minute(30), isThere))
      .yieldsOnce(ended('lapsed', { at: minute(2), heard: 10 }), requeued({ at: minute(2), heard: 10 })));
  const fallback = (at: string): MatterEvent => ({
    type: 'MatterAssigned',
    data: {
      matter, at, heard: 10, agent: cy,
      decision: { rule: 'deadline', inputs: { team: 'support' }, alternatives: [] },
    },
  }); // prettier-ignore
  it('gives what waited too long to the fallback', () =>
    given(opened, queued)
      .when(elapse(minute(61), isThere))
      .yieldsOnce(fallback(minute(60))));
  it('does both in their order, however late it is asked', () =>
    given(opened, queued, { ...offered, data: { ...offered.data, until: minute(70) } as never })
      .when(elapse(minute(600), isThere))
      .yieldsOnce(
        ended('lapsed', { at: minute(70), heard: 10 }),
        requeued({ at: minute(70), heard: 10 }),
        fallback(minute(70)),
      ));
  it('leaves it where there is no fallback', () =>
    given(opened, { ...queued, data: { ...queued.data, fallback: undefined } as never })
      .when(elapse(minute(600), isThere))
      .yieldsNothing());
  it('leaves it where the fallback is nobody, or left', () =>
    given(opened, queued)
      .when(elapse(minute(600), (agent) => agent !== cy))
      .yieldsNothing());
  it('comes before whatever else is decided then', () =>
    given(opened, queued, offered)
      .when(inTime(minute(3), isThere, accept(bo, minute(3))))
      .isRejected('NotOffered'));
});

describe('whoever has a matter', () => {
  it('hands it on when the customer has another owner, with a packet', () =>
    given(opened, assigned(ada))
      .when(followOwner(to(bo), 14, moment(5, 15)))
      .yieldsOnce(handedOn('owner-changed'), assigned(bo, moment(5, 15))));
  it('keeps it when that was known before it was assigned', () =>
    given(opened, assigned(ada))
      .when(followOwner(to(bo), 10, moment(5, 15)))
      .yieldsNothing());
  it('keeps it when a skill named who must have it', () =>
    given(opened, { ...queued, data: { ...queued.data, skill: 'hardware' } as never }, turnOfBo)
      .when(followOwner(to(ada), 14, moment(5, 15)))
      .yieldsNothing());
  it('leaves it to others when they go, with a packet', () =>
    given(opened, assigned(ada))
      .when(leave(ada, moment(5, 15), () => to(bo)))
      .yieldsOnce(handedOn('agent-removed'), assigned(bo, moment(5, 15))));
  it('is no longer offered it when they go', () =>
    given(opened, queued, offered)
      .when(leave(bo, moment(1), () => toSupport))
      .yieldsOnce(ended('withdrawn', moment(1)), requeued(moment(1))));
  it('hands it to somebody by hand, with a word', () =>
    given(opened, assigned(ada))
      .when(assign(() => to(bo), moment(5, 15), 'She sent photos.'))
      .yieldsOnce(handedOn('hand', moment(5, 15), 'She sent photos.'), assigned(bo, moment(5, 15))));
  it('hands it to a team by hand, which does not ask who had it', () =>
    given(opened, assigned(ada))
      .when(assign(() => toSupport, moment(5, 15)))
      .yieldsOnce(handedOn('hand', moment(5, 15)), { type: 'MatterQueued', data: { ...queued.data, ...moment(5, 15), declined: [ada] } as never })); // prettier-ignore
  it('cannot hand on what is closed', () =>
    given(opened, assigned(ada), closed)
      .when(assign(() => to(bo), moment(31, 21)))
      .isRejected('MatterClosed'));
});

describe('the queue of a team that is gone', () => {
  it('is routed again', () =>
    given(opened, queued)
      .when(leaveTeam('support', moment(5, 15), () => to(bo)))
      .yieldsOnce(assigned(bo, moment(5, 15))));
});

describe('a conversation', () => {
  const joined: MatterEvent = {
    type: 'MatterJoined',
    data: { matter, ...moment(2), conversation: other, asked: chat },
  };
  const left = (what: string): MatterEvent => ({
    type: 'MatterSplit',
    data: { matter, ...moment(5), conversation: what, into: idOf('f') },
  });
  it('goes into another matter', () =>
    given(opened, assigned(ada), joined)
      .when(split(other, idOf('f'), moment(5)))
      .yieldsOnce(left(other)));
  it('leaves nothing behind when it was the only one', () =>
    given(opened, assigned(ada))
      .when(split(conversation, idOf('f'), moment(5)))
      .yieldsOnce(left(conversation), {
        type: 'MatterClosed',
        data: { matter, ...moment(5), by: 'emptied', into: idOf('f') },
      }));
});

describe('the one who had it', () => {
  it('is remembered, the oldest first', () => {
    const state = fold(matters, [opened, assigned(ada), closed, assigned(bo, moment(40))]);
    expect(state).toMatchObject({ holders: [{ agent: ada }, { agent: bo, at: minute(40) }] });
  });
});
