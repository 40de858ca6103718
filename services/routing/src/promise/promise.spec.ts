import { describe, expect, it } from '@jest/globals';
import { derivedId } from '@throughline/contracts';
import { fold, specOf } from '@throughline/decider';
import { ann, conversation, idOf, matter, minute, moment } from '../../test/known.ts';
import { begun, counted, ended, hourly, look, said, toldOf } from '../../test/promised.ts';
import { elapse } from './course.ts';
import { inTime, keep, wait } from './keep.ts';
import { usualGround } from './policy.ts';
import { promises } from './promise.ts';

const given = specOf(promises);
const idFor = (nth: number): string => derivedId('promise', matter, String(nth));
const first = toldOf(idFor(1));
const unlooked = toldOf(idFor(1), 'first-response', {});
const later = toldOf(idFor(2), 'next-response');

const asked = said('a', 'customer', 0);
const answer = said('b', 'agent', 30);
const question = (letter: string, at: number) => ({ interaction: idOf(letter), conversation, countedFrom: minute(at) });
const made = (at = 1, more: object = {}) =>
  first('PromiseMade', at, 1, {
    subject: ann,
    ...question('a', 0),
    channel: 'chat',
    kind: 'support',
    dueAt: minute(60),
    within: 'PT1H',
    ...counted,
    policyVersion: 3,
    automatic: 'ignored',
    ...more,
  });
const met = first('PromiseMet', 30, 2, { by: idOf('b'), late: false });
const breached = unlooked('PromiseBreached', 60, 2);

describe('a promise', () => {
  it('is made for what a customer asks, and counts from when they wrote', () =>
    given(begun)
      .when(keep(look(1, [asked])))
      .yieldsOnce(made()));
  it('is met by the answer of a person', () =>
    given(begun, made())
      .when(keep(look(31, [asked, answer])))
      .yieldsOnce(met));
  it('is made and met where question and answer are heard of at once', () =>
    given(begun)
      .when(keep(look(31, [asked, answer])))
      .yieldsOnce(made(31), met));
  it('is not made for a call that somebody took', () =>
    given(begun)
      .when(keep(look(1, [said('a', 'both', 0)])))
      .yieldsNothing());
  it('is met by a call in which they talked', () =>
    given(begun, made())
      .when(keep(look(31, [asked, said('b', 'both', 30)])))
      .yieldsOnce(met));
  it('is not met by a meeting before that has happened, and as of when it did once it has', () => {
    const meeting = said('b', 'both', 30, { channel: 'meeting' });
    given(begun, made())
      .when(keep(look(10, [asked, meeting])))
      .yieldsNothing();
    given(begun, made())
      .when(keep(look(30, [asked, meeting])))
      .yieldsOnce(met);
  });
  it('is not made for a visit before it has happened', () => {
    const visit = said('a', 'customer', 30, { channel: 'in-person' });
    given(begun)
      .when(keep(look(29, [visit])))
      .yieldsNothing();
    expect(keep(look(30, [visit]))(fold(promises, [begun]))).toMatchObject([
      { type: 'PromiseMade', data: { countedFrom: minute(30), dueAt: minute(90) } },
    ]);
  });
  it('is not made where the policy promises nothing', () =>
    given(begun)
      .when(keep(look(1, [asked], { ground: { ...usualGround, policy: { version: 1, rules: [] } } })))
      .yieldsNothing());
  it('stands for all that the customer says until somebody answers', () =>
    given(begun, made())
      .when(keep(look(31, [asked, said('c', 'customer', 20)])))
      .yieldsNothing());
  it('is another one for what the customer says after an answer', () =>
    given(begun, made(), met)
      .when(keep(look(41, [asked, answer, said('c', 'customer', 40)])))
      .yieldsOnce(
        later('PromiseMade', 41, 1, {
          subject: ann,
          ...question('c', 40),
          channel: 'chat',
          kind: 'support',
          dueAt: minute(100),
          within: 'PT1H',
          ...counted,
          policyVersion: 3,
          automatic: 'ignored',
        }),
      ));
  it('waits for the rest of its matter where a conversation was not looked at', () =>
    given(begun, {
      type: 'MatterJoined',
      data: { matter, ...moment(1), conversation: idOf('f'), asked: { channel: 'chat' } },
    })
      .when(keep(look(2, [asked])))
      .yieldsNothing());
});

describe('time', () => {
  it('breaches what was not answered, at the time when it was due', () =>
    given(begun, made())
      .when(elapse(minute(600)))
      .yieldsOnce(breached));
  it('breaches nothing at the very instant', () =>
    given(begun, made())
      .when(elapse(minute(60)))
      .yieldsNothing());
  it('breaches nothing that was answered', () =>
    given(begun, made(), met)
      .when(elapse(minute(600)))
      .yieldsNothing());
  it('comes before whatever else is decided then: an answer after the time is late', () => {
    const all = [asked, said('b', 'agent', 61)];
    given(begun, made())
      .when(inTime(minute(62), keep(look(62, all))))
      .yieldsOnce(breached, first('PromiseMet', 61, 3, { by: idOf('b'), late: true }));
  });
  it('ends what is due when the matter is closed, and breaches what was due before', () => {
    given(begun, made(), ended(30, 200))
      .when(elapse(minute(600)))
      .yieldsOnce(unlooked('PromiseEnded', 30, 2, { because: 'closed' }));
    given(begun, made(), ended(90, 200))
      .when(elapse(minute(600)))
      .yieldsOnce(breached, unlooked('PromiseEnded', 90, 3, { because: 'closed' }));
  });
});

describe('what comes in late', () => {
  const correction = (revision: number, at: number, more: object) =>
    first('PromiseCorrected', at, revision, {
      because: idOf('e'),
      ...question('a', 0),
      dueAt: minute(60),
      ...counted,
      breached: false,
      ...more,
    });

  it('corrects a breach that was none', () =>
    given(begun, made(), breached)
      .when(keep(look(90, [asked, answer])))
      .yieldsOnce(correction(3, 90, { met: { by: idOf('b'), at: minute(30) } })));
  it('corrects who answered first', () =>
    given(begun, made(), met)
      .when(keep(look(90, [asked, answer, said('d', 'agent', 10)])))
      .yieldsOnce(correction(3, 90, { met: { by: idOf('d'), at: minute(10) } })));
  it('corrects from when it counts, and so when it is due', () =>
    given(begun, made())
      .when(keep(look(20, [said('d', 'customer', -20), asked])))
      .yieldsOnce(correction(2, 20, { ...question('d', -20), dueAt: minute(40) })));
  it('makes no promise of what was answered in the meantime', () =>
    given(begun, made(), met)
      .when(keep(look(90, [asked, answer, said('c', 'customer', 20)])))
      .yieldsNothing());
  it('takes back what stands in another matter by now', () =>
    given(begun, made())
      .when(keep(look(20, [])))
      .yieldsOnce(first('PromiseEnded', 20, 2, { because: 'withdrawn' })));
  it('makes nothing of what lies before all that is looked at', () =>
    given(begun, made(), breached)
      .when(keep(look(90, [said('d', 'customer', 70)], { since: minute(70) })))
      .yieldsNothing());
  it('goes on with what is the first of all that is looked at', () =>
    given(begun, made())
      .when(keep(look(50, [asked, said('b', 'agent', 45)], { since: minute(0) })))
      .yieldsOnce(first('PromiseMet', 45, 2, { by: idOf('b'), late: false })));
  it('finds the answer, however much was said before it', () =>
    given(begun, made())
      .when(keep(look(50, [said('d', 'customer', 40), said('b', 'agent', 45)], { since: minute(40) })))
      .yieldsOnce(first('PromiseMet', 45, 2, { by: idOf('b'), late: false })));
});

describe('a conversation that was in another matter before', () => {
  const came = (at: number) => ({ ...begun, data: { ...begun.data, ...moment(at), from: idOf('f') } });
  it('brings what is not answered', () =>
    given(came(20))
      .when(keep(look(21, [asked])))
      .yieldsOnce(made(21)));
  it('leaves what was answered where it was promised', () =>
    given(came(40))
      .when(keep(look(41, [asked, answer])))
      .yieldsNothing());
});

describe('a matter that is closed', () => {
  const reopened = { type: 'MatterReopened', data: { matter, ...moment(41, 300), conversation } } as const;
  const gone = first('PromiseEnded', 35, 2, { because: 'closed' });
  const again = said('c', 'customer', 40, { position: 250 });
  it('promises nothing until it is open again', () =>
    given(begun, made(), ended(35, 200), gone)
      .when(keep(look(41, [asked, again])))
      .yieldsNothing());
  it('promises an answer then, whenever the customer wrote', () => {
    const past = [begun, made(), ended(35, 200), gone, reopened] as const;
    for (const at of [40, 34]) {
      const state = fold(promises, past);
      const [event, ...more] = keep(look(41, [asked, { ...again, at: minute(at) }]))(state);
      expect([event?.type, event?.data, more]).toEqual([
        'PromiseMade',
        expect.objectContaining({ target: 'next-response', countedFrom: minute(at), dueAt: minute(at + 60) }),
        [],
      ]);
    }
  });
});

describe('a reply that no person wrote', () => {
  const reply = said('b', 'automatic', 30);
  it('meets nothing', () =>
    given(begun, made())
      .when(keep(look(31, [asked, reply])))
      .yieldsNothing());
  it('meets it where that was promised so, whatever is promised by now', () =>
    given(begun, made(1, { automatic: 'meets' }))
      .when(keep(look(31, [asked, reply])))
      .yieldsOnce(met));
  const paused = first('PromisePaused', 30, 2, { because: 'automatic', by: idOf('b'), left: 'PT30M' });
  it('pauses it where that was promised so, until the customer writes', () => {
    const past = [begun, made(1, { automatic: 'pauses' })];
    const all = [asked, reply];
    given(...past)
      .when(keep(look(31, all)))
      .yieldsOnce(paused);
    given(...past, paused)
      .when(elapse(minute(600)))
      .yieldsNothing();
    const resumed = first('PromiseResumed', 500, 3, { by: idOf('c'), dueAt: minute(530), ...counted });
    const back = [...all, said('c', 'customer', 500)];
    given(...past, paused)
      .when(keep(look(501, back)))
      .yieldsOnce(resumed);
    given(...past, paused, resumed)
      .when(elapse(minute(600)))
      .yieldsOnce(unlooked('PromiseBreached', 530, 4));
    given(...past)
      .when(keep(look(501, back)))
      .yieldsOnce(paused, resumed);
  });
});

describe('waiting for the customer', () => {
  const paused = unlooked('PromisePaused', 45, 2, { because: 'hand', left: 'PT15M' });
  it('pauses it, once', () =>
    given(begun, made())
      .when(wait(hourly(), minute(45)))
      .yieldsOnce(paused));
  it('ends when they write', () =>
    given(begun, made(), paused)
      .when(keep(look(91, [asked, said('c', 'customer', 90)])))
      .yieldsOnce(first('PromiseResumed', 90, 3, { by: idOf('c'), dueAt: minute(105), ...counted })));
  it('is of no use where no answer is due', () =>
    given(begun, made(), met)
      .when(wait(hourly(), minute(45)))
      .isRejected('NothingPromised'));
});
