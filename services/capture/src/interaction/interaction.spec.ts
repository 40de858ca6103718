import { describe, expect, it } from '@jest/globals';
import { interaction, type InteractionInput } from '@throughline/contracts';
import { Rejection } from '@throughline/decider';
import { ownAddresses } from '@throughline/identity';
import { type Context, draftOf } from './interaction.ts';

const context: Context = {
  tenant: 'acme',
  actor: 'spec',
  now: new Date('2026-05-05T09:00:00Z'),
  ids: {
    handle: (handle) => `id of ${handle}`,
    account: (key) => `id of account ${key}`,
    conversation: (source, key) => `id of ${source} ${key}`,
  },
  isOwn: ownAddresses(['acme.example']),
};
const ann = { role: 'customer', handle: 'email:ann@example.com' } as const;
const bo = { role: 'agent', handle: 'email:bo@acme.example' } as const;

const draft = (more: Partial<InteractionInput> = {}) =>
  draftOf(
    interaction.parse({
      source: 'desk',
      key: 'k',
      channel: 'chat',
      direction: 'inbound',
      occurredAt: '2026-05-04T09:30:00Z',
      participants: [ann, bo],
      ...more,
    }),
    context,
  );
const data = (more: Partial<InteractionInput> = {}) => draft(more).draft.data;

describe('the event that an interaction is', () => {
  it('goes to the stream of its conversation, which is its own where none is declared', () => {
    expect(draft({ conversation: 'c' }).stream).toBe('conversation-id of desk c');
    expect(draft().stream).toBe('conversation-id of desk k');
    expect(data({ conversation: 'c' })).toMatchObject({
      conversation: 'id of desk c',
      declared: { key: 'k', conversation: 'c' },
    });
  });
  it('says whether it came as history', () =>
    expect([data().backfill, data({ backfill: true }).backfill]).toEqual([undefined, true]));
  it('has the id of its fact, whoever brings it', () => {
    expect(draft().draft.id).toBe(draft({ text: 'other' }).draft.id);
    expect(draft().draft.id).not.toBe(draft({ source: 'other' }).draft.id);
  });
  it.each([
    ['inbound', [bo, ann], 1],
    ['inbound', [bo], 0],
    ['outbound', [ann, bo], 1],
    ['outbound', [ann, { role: 'bot', handle: 'app:helper' }], 1],
    ['internal', [bo, ann], 0],
  ] as const)('%s is written by %j: number %d', (direction, participants, author) =>
    expect(data({ direction, participants: [...participants] }).author).toBe(author),
  );
  it('names messages by keyed ids: those of mail mean the same whoever tells of them', () => {
    expect(data({ mentions: ['m', 'm', 'n'] }).mentions).toEqual(['id of desk m', 'id of desk n']);
    expect(data({ channel: 'email', mentions: ['m@x'] }).mentions).toEqual(['id of email m@x']);
  });
  it('knows parties by their one handle', () =>
    expect(
      data({ participants: [{ ...ann, handle: 'EMAIL:Ann@Example.COM ', name: 'Ann' }] }).participants[0],
    ).toMatchObject({
      id: 'id of email:ann@example.com',
      handle: 'email:ann@example.com',
      name: 'Ann',
    }));
  it('belongs to the organisation that is declared, else to that of the mail domain', () => {
    const account = (participant: Partial<InteractionInput['participants'][number]>) =>
      data({ participants: [{ ...ann, ...participant }] }).participants[0]!.account;
    expect(account({})).toEqual({ id: 'id of account example.com', key: 'example.com' });
    expect(account({ account: { key: 'ex', name: 'Example' } })).toEqual({
      id: 'id of account ex',
      key: 'ex',
      name: 'Example',
    });
    expect(account({ handle: 'email:ann@gmail.com' })).toBeUndefined();
    expect(account({ role: 'agent' })).toBeUndefined();
    expect(account({ handle: 'tel:+442079460958', also: [{ handle: 'email:ann@example.com', verified: true }] })).toMatchObject({ key: 'example.com' }); // prettier-ignore
    expect(account({ handle: 'tel:+442079460958', also: [{ handle: 'email:ann@example.com' }] })).toBeUndefined();
  });
  it.each([
    ['a verified handle', 'tel:+442079460958', true, true],
    ['a declared one', 'tel:+442079460958', false, false],
    ['a mailbox of a function', 'email:info@example.com', true, false],
    ['an address of ours', 'email:bo@acme.example', true, false],
  ])('takes %s as evidence for what it is worth', (_, handle, verified, worth) =>
    expect(data({ participants: [{ ...ann, also: [{ handle, verified }] }] }).participants[0]!.also).toEqual([
      { id: `id of ${handle}`, handle, verified: worth },
    ]),
  );
  it('takes no handle as evidence for itself, and none twice', () =>
    expect(
      data({
        participants: [
          { ...ann, also: [{ handle: ann.handle, verified: true }, { handle: 'app:1' }, { handle: 'app:1' }] },
        ],
      }).participants[0]!.also,
    ).toHaveLength(1));
  it('knows the phone behind a WhatsApp account', () =>
    expect(
      data({ participants: [{ role: 'customer', handle: 'whatsapp:+442079460958' }] }).participants[0]!.also,
    ).toEqual([{ id: 'id of tel:+442079460958', handle: 'tel:+442079460958', verified: true }]));
  it('refuses every handle that is none, by name', () => {
    const refused = () =>
      data({
        participants: [
          { ...ann, handle: 'tel:911', also: [{ handle: 'mail:x@y.example' }] },
          { ...bo, handle: 'email:bo' },
        ],
      });
    expect(refused).toThrow(Rejection);
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'HandleInvalid',
        faults: [
          { pointer: '/participants/0/handle' },
          { pointer: '/participants/0/also/0/handle' },
          { pointer: '/participants/1/handle', reason: expect.stringContaining('no @') },
        ],
      });
    }
  });

  const fault = (more: Partial<InteractionInput>) => draft(more).refusal?.faults[0];
  it.each([
    ['a message of a clock that is ahead', { occurredAt: '2026-05-06T09:00:00Z' }],
    ['a meeting that is arranged', { channel: 'meeting', occurredAt: '2028-05-04T09:00:00Z', end: { at: '2028-05-04T10:00:00Z' } }],
    ['a visit', { channel: 'in-person', occurredAt: '2026-06-05T09:00:00Z' }],
  ] as const)('takes %s', (_, more) => expect(fault(more)).toBeUndefined()); // prettier-ignore
  it.each([
    ['a message of the far future', { occurredAt: '2099-01-01T00:00:00Z' }, '/occurredAt', 'a day'],
    ['one that is a moment too far', { occurredAt: '2026-05-06T09:00:01Z' }, '/occurredAt', 'a day'],
    ['history of it', { occurredAt: '2099-01-01T00:00:00Z', backfill: true }, '/occurredAt', 'a day'],
    ['a meeting of it', { channel: 'meeting', occurredAt: '2099-01-01T00:00:00Z' }, '/occurredAt', 'two years'],
    ['a call that goes on until then', { channel: 'phone', end: { at: '2099-01-01T00:00:00Z' } }, '/end/at', 'a day'],
  ] as const)('refuses %s', (_, more, pointer, most) =>
    expect(fault(more)).toEqual({ pointer, reason: `is more than ${most} after now, which is 2026-05-05T09:00:00.000Z` })); // prettier-ignore
});
