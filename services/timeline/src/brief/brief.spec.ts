import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../entry/entry.ts';
import { briefOf, type Known } from './brief.ts';
import { brief } from './shape.ts';

const id = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const face = { id: id(1), handle: 'email:ann@example.com', name: 'Ann Lee' };
const ann = { ...face, role: 'customer' } as const;
const bo = { id: id(2), role: 'agent', handle: 'email:bo@acme.example', name: 'Bo' } as const;
const now = new Date('2026-05-10T12:00:00Z');

const entry = (position: number, occurredAt: string, more: Partial<Entry>): Entry => ({
  id: id(1000 + position),
  position,
  occurredAt,
  recordedAt: occurredAt,
  type: 'interaction',
  participants: [],
  actor: 'spec',
  ...more,
});

const mail = entry(1, '2026-05-04T09:30:00Z', {
  channel: 'email',
  direction: 'inbound',
  subject: 'Broken screen',
  text: 'Hi Bo,\n\nIt cracked. Can you send another one?\n\nRegards,\nAnn',
  topic: 'laptop',
  participants: [ann, bo],
});

const nothing: Known = {
  customer: { id: ann.id, handles: [face], accounts: [], owner: null, entries: 0 },
  position: 10,
  now,
  sessions: [],
  talks: [],
  matters: [],
  promises: [],
  told: [],
  owners: {},
  tallies: [],
  conversations: 0,
  decisions: [],
};

const talked: Known = {
  ...nothing,
  talks: [mail],
  first: mail,
  last: mail,
  conversations: 1,
  tallies: [{ channel: 'email', direction: 'inbound', interactions: 1 }],
};

const owned = (position: number, of?: typeof bo) =>
  entry(position, '2026-05-05T00:00:00Z', { type: 'owner', owner: of ? { id: of.id, name: of.name } : null });

describe('the brief', () => {
  it('says that who has it is being decided while what came in is that fresh, and not of history or machines', () => {
    const at = (seconds: number, more: Partial<Entry> = {}) => {
      const recordedAt = new Date(now.getTime() - seconds * 1_000).toISOString();
      return briefOf({ ...talked, talks: [{ ...mail, recordedAt, ...more }] }).responsible;
    };
    expect(at(1)).toMatchObject({ answer: null, reason: expect.stringContaining('being decided'), events: [mail.id] });
    for (const decided of [
      at(61),
      at(1, { backfill: true }),
      at(1, { automatic: true }),
      at(1, { direction: 'outbound' }),
    ])
      expect(decided).toMatchObject({ answer: null, reason: expect.stringContaining('nobody was made responsible') });
    const matter = {
      matter: id(7),
      event: id(8),
      position: 2n,
      since: '2026-05-10T11:59:00Z',
      owner: bo,
      skilled: false,
    };
    const taken = { ...talked, talks: [{ ...mail, recordedAt: now.toISOString() }], matters: [matter] };
    expect(briefOf(taken).responsible.answer).toMatchObject({ of: 'matter' });
  });

  it('of a customer of whom nothing is known gives a reason for each answer', () => {
    const { lastTalkedAbout, responsible, nextStep, happened, crm, now } = briefOf(nothing);
    for (const { answer, reason, events } of [lastTalkedAbout, responsible, nextStep, happened, crm]) {
      expect(answer).toBeNull();
      expect(reason).toMatch(/\w+.*\.$/);
      expect(events).toEqual([]);
    }
    expect(now).toEqual([]);
  });

  it('is as its schema says', () => {
    expect(brief.safeParse(briefOf(nothing)).error).toBeUndefined();
    expect(brief.safeParse(briefOf({ ...talked, owners: { customer: owned(2, bo) } })).error).toBeUndefined();
  });

  describe('last talked about', () => {
    it('quotes the newest talk and cites it', () =>
      expect(briefOf(talked).lastTalkedAbout).toEqual({
        answer: {
          at: mail.occurredAt,
          channel: 'email',
          direction: 'inbound',
          with: ['Bo'],
          subject: 'Broken screen',
          topic: 'laptop',
          intent: undefined,
          words: 'It cracked. Can you send another one?',
        },
        events: [mail.id],
      }));
    it('tells where only machines and lists wrote', () => {
      const { lastTalkedAbout } = briefOf({ ...talked, talks: [], last: { ...mail, automatic: true } });
      expect(lastTalkedAbout.answer).toMatchObject({ automatic: true, subject: 'Broken screen' });
      expect(lastTalkedAbout.events).toEqual([mail.id]);
    });
    it('passes over what was erased where something else is left', () => {
      const gone = entry(2, '2026-05-06T00:00:00Z', { erased: true });
      expect(briefOf({ ...talked, talks: [gone, mail] }).lastTalkedAbout.events).toEqual([mail.id]);
    });
  });

  describe('responsible', () => {
    it('is the owner of the customer', () =>
      expect(briefOf({ ...talked, owners: { customer: owned(2, bo), account: owned(3) } }).responsible).toEqual({
        answer: { owner: { id: bo.id, name: 'Bo' }, since: '2026-05-05T00:00:00Z', of: 'customer' },
        events: [id(1002)],
      }));
    it('else the owner of its account', () =>
      expect(briefOf({ ...talked, owners: { customer: owned(2), account: owned(3, bo) } }).responsible).toMatchObject({
        answer: { of: 'account' },
        events: [id(1003)],
      }));
    it('else nobody, and cites the release', () =>
      expect(briefOf({ ...talked, owners: { customer: owned(2) } }).responsible).toMatchObject({
        answer: null,
        reason: expect.stringMatching(/released/),
        events: [id(1002)],
      }));
  });

  describe('the next step', () => {
    const task = entry(4, '2026-05-06T00:00:00Z', {
      type: 'task',
      task: { id: id(9), what: 'Send a courier', owner: { id: bo.id }, due: '2026-05-10T11:59:59Z' },
    });
    const note = entry(5, '2026-05-07T00:00:00Z', {
      type: 'note',
      note: { nextStep: { what: 'Call again', due: '2026-05-11' } },
    });
    it('is the open task that is due first', () =>
      expect(briefOf({ ...talked, task, note }).nextStep).toEqual({
        answer: {
          what: 'Send a courier',
          due: '2026-05-10T11:59:59Z',
          owner: { id: bo.id },
          task: id(9),
          overdue: true,
        },
        events: [task.id],
      }));
    it('is not due while it rests', () => {
      const resting = { ...task, task: { ...task.task!, until: '2026-05-11T00:00:00Z' } };
      const promise = { promise: id(91), matter: id(92), due: '2026-05-10T15:00:00Z', event: id(93) };
      const { answer } = briefOf({ ...talked, task: resting }).nextStep;
      expect(answer).toMatchObject({ task: id(9), snoozedUntil: '2026-05-11T00:00:00Z', overdue: false });
      expect(briefOf({ ...talked, task: resting, promises: [promise] }).nextStep).toMatchObject({
        answer: { promise: id(91), overdue: false },
        events: [id(93)],
      });
      expect(briefOf({ ...talked, task, promises: [promise] }).nextStep.answer).toMatchObject({ task: id(9) });
      expect(briefOf({ ...talked, task: resting, note, promises: [promise] }).nextStep.events).toEqual([note.id]);
    });
    it('else what the newest note says', () =>
      expect(briefOf({ ...talked, note }).nextStep).toEqual({
        answer: { what: 'Call again', due: '2026-05-11', overdue: false },
        events: [note.id],
      }));
  });

  describe('what happened', () => {
    it('counts, and cites the first and the last', () => {
      const last = entry(8, '2026-05-08T13:00:00Z', { channel: 'phone', direction: 'outbound' });
      const decision = entry(7, '2026-05-07T00:00:00Z', { type: 'note', note: { decided: 'We replace it. Soon.' } });
      const known: Known = {
        ...talked,
        last,
        conversations: 2,
        decisions: [decision],
        tallies: [
          { channel: 'email', direction: 'inbound', interactions: 3 },
          { channel: 'phone', direction: 'outbound', interactions: 4 },
          { channel: 'phone', direction: 'inbound', interactions: 1 },
        ],
      };
      expect(briefOf(known).happened).toEqual({
        answer: {
          since: mail.occurredAt,
          until: last.occurredAt,
          interactions: 8,
          conversations: 2,
          byChannel: { phone: 5, email: 3 },
          inbound: 4,
          outbound: 4,
          firstSubject: 'Broken screen',
          quietDays: 1,
          highlights: [
            { at: mail.occurredAt, what: 'First contact by email', event: mail.id },
            { at: decision.occurredAt, what: 'We replace it. Soon.', event: decision.id },
            { at: last.occurredAt, what: 'Last contact by phone', event: last.id },
          ],
        },
        events: [mail.id, last.id, decision.id],
      });
    });
  });

  it('tells what goes on right now', () => {
    const said = [
      entry(3, '2026-05-10T11:58:00Z', { channel: 'chat', text: 'Are you there?' }),
      entry(2, '2026-05-10T11:50:00Z', { channel: 'chat', text: 'Hello', intent: 'order.status' }),
    ];
    expect(
      briefOf({ ...talked, sessions: [{ conversation: id(50), channel: 'chat', since: '2026-05-10T11:50:00Z', said }] })
        .now,
    ).toEqual([
      {
        conversation: id(50),
        channel: 'chat',
        since: '2026-05-10T11:50:00Z',
        intent: 'order.status',
        lastWords: 'Are you there?',
        lastAt: '2026-05-10T11:58:00Z',
      },
    ]);
  });
});
