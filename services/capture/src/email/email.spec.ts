import { describe, expect, it } from '@jest/globals';
import { ownAddresses } from '@throughline/identity';
import { fixture, mailOf } from '../../test/fixture.ts';
import { interactionOf } from './email.ts';
import { readMail } from './read.ts';

const now = new Date('2026-05-05T12:00:00Z');
const ours = ownAddresses(['acme.example']);
const interaction = async (mail: Buffer, isOwn = ours) =>
  interactionOf(await readMail(mail), { isOwn, now, backfill: false });
const people = async (headers: Record<string, string>, isOwn = ours) => {
  const { direction, participants } = await interaction(mailOf(headers), isOwn);
  return [direction, ...participants.map(({ role, handle }) => `${role} ${handle.slice('email:'.length)}`)];
};

describe('the interaction that a mail is', () => {
  it('has its id, its people, its words and its moment', async () =>
    expect(await interaction(fixture('first'))).toEqual({
      source: 'email',
      key: 'first-1@example.com',
      channel: 'email',
      direction: 'inbound',
      occurredAt: '2026-05-04T09:30:00Z',
      conversation: 'first-1@example.com',
      subject: 'Broken screen – again',
      text: 'Hello,\n\nmy screen is broken – again.\n\nAnn',
      participants: [
        { role: 'customer', handle: 'email:ann@example.com', name: 'Ann Lee' },
        { role: 'agent', handle: 'email:help@acme.example', name: 'Acme Help' },
        { role: 'other', handle: 'email:carl@example.com', name: 'Carl, the caretaker' },
      ],
      mentions: ['first-1@example.com'],
    }));
  it('belongs to the thread that it answers, with what it quotes apart', async () =>
    expect(await interaction(fixture('reply'))).toMatchObject({
      key: 'reply-1@acme.example',
      conversation: 'first-1@example.com',
      mentions: ['reply-1@acme.example', 'first-1@example.com'],
      direction: 'outbound',
      text: 'Dear Ann,\n\nplease send it to us.',
      quoted: expect.stringMatching(/^On Mon, 4 May 2026 at 11:30, Ann Lee\n<ann@example.com> wrote:\n> Hello,/),
    }));
  it('has the words of its HTML where it has no others, and no script', async () => {
    const { text, quoted } = await interaction(fixture('html-only'));
    expect(text).toBe('Is this right?\nSee the bill [https://example.com/bill?a=1&b=2].');
    expect(quoted).toBe('On Mon, 4 May 2026, Bo Berg wrote:\n> Please pay € 20.');
  });
  it('knows its attachments by what they are, unopened', async () =>
    expect((await interaction(fixture('attachment'))).attachments).toEqual([
      {
        name: 'note.txt',
        mediaType: 'text/plain',
        size: 5,
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      },
    ]));
  it.each([
    ['list', 'list'],
    ['bounce', 'auto-submitted'],
  ])('is marked where a machine made it: %s', async (name, because) =>
    expect(await interaction(fixture(name))).toMatchObject({ automatic: true, details: { automatic: because } }),
  );
  it('is known by its content where it has no id: the same every time, another with another body', async () => {
    const { key, conversation, mentions } = await interaction(fixture('no-id'));
    expect(key).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect([conversation, mentions]).toEqual([key, undefined]);
    expect((await interaction(fixture('no-id'))).key).toBe(key);
    const other = Buffer.from(fixture('no-id').toString().replace('old', 'new'));
    expect((await interaction(other)).key).not.toBe(key);
  });
  it('is dated by who received it where its own clock is wrong, and shows a U+0000', async () =>
    expect(await interaction(fixture('from-the-future'))).toMatchObject({
      occurredAt: '2026-05-05T09:41:00Z',
      subject: 'Nul\u2400here',
      details: { datedBy: 'received', date: 'Thu, 04 Jun 3610 21:22:24 -0300' },
    }));
  it('is read as far as it goes where it is cut short', async () =>
    expect(await interaction(fixture('truncated'))).toMatchObject({
      text: 'The line went dead while',
      attachments: [{ name: 'screen.jpg', mediaType: 'image/jpeg' }],
    }));
  it('shows a body whose boundaries match nothing as it stands', async () =>
    expect(
      (await interaction(mailOf({ 'Content-Type': 'multipart/mixed; boundary=a' }, '--b\r\n\r\nwords'))).text,
    ).toContain('words'));
  it('keeps text over 1 MiB as an attachment beside its beginning', async () => {
    const { text, attachments } = await interaction(mailOf({}, 'é'.repeat(600_000)));
    expect(Buffer.byteLength(text!)).toBeLessThanOrEqual(1_048_576);
    expect(attachments).toEqual([{ mediaType: 'text/plain', size: expect.any(Number), sha256: expect.any(String) }]);
    expect(attachments![0]!.size).toBeGreaterThan(1_199_999);
  });
});

describe('the people of a mail', () => {
  it('written by us are an agent and customers', async () =>
    expect(await people({ From: 'bo@acme.example', To: 'ann@example.com', Cc: 'help@acme.example' })).toEqual([
      'outbound',
      'agent bo@acme.example',
      'customer ann@example.com',
      'agent help@acme.example',
    ]));
  it('among us are agents', async () =>
    expect(await people({ From: 'bo@acme.example', To: 'help@sub.acme.example' })).toEqual([
      'internal',
      'agent bo@acme.example',
      'agent help@sub.acme.example',
    ]));
  it('include the mailbox of ours that it reached by a blind copy or a list', async () =>
    expect(await people({ To: 'list@example.org', 'Delivered-To': 'bo@acme.example' })).toEqual([
      'inbound',
      'customer ann@example.com',
      'other list@example.org',
      'agent bo@acme.example',
    ]));
  it('are a customer and others where nobody knows who we are; the mailbox it was delivered to is ours', async () =>
    expect(await people({ To: 'a@example.org, b@example.org', 'X-Original-To': 'b@example.org' }, () => false)).toEqual(
      ['inbound', 'customer ann@example.com', 'other a@example.org', 'agent b@example.org'],
    ));
  it('stand there once, also in groups', async () =>
    expect(await people({ To: 'Team: a@example.org, A@Example.org, ann@example.com;' })).toEqual([
      'inbound',
      'customer ann@example.com',
      'other a@example.org',
    ]));
  it('are told where no handle can be made of them', async () =>
    expect((await interaction(mailOf({ To: 'undisclosed-recipients:;, no address' }))).details).toEqual({
      unread: ['no address'],
    }));
  it('begin with whoever comes nearest to a sender', async () => {
    expect((await people({ From: 'Ann Lee', Sender: 'office@example.com' }))[1]).toBe('customer office@example.com');
    expect((await people({ From: 'Ann', 'Return-Path': '<ann@example.com>' }))[1]).toBe('customer ann@example.com');
  });
});

describe('a mail of which no interaction can be made', () => {
  const many = Array.from({ length: 10_000 }, (_, nth) => `p${nth}@example.org`).join(', ');
  it.each([
    ['has no sender', fixture('no-sender'), 'has no sender that can be read'],
    ['has 10 000 recipients', mailOf({ To: many }), 'has more than 1 000 participants'],
    ['is no mail at all', Buffer.from([0xff, 0xfe, 0, 1, 2, 3]), 'has no sender that can be read'],
    ['names 1 001 messages', mailOf({ References: Array.from({ length: 1_001 }, (_, nth) => `<${nth}@x>`).join(' ') }), 'names more than 1 000 messages'], // prettier-ignore
    ['has an endless id', mailOf({ 'Message-ID': `<${'a'.repeat(600)}@x>` }), '/key has more than 512 characters'],
    ['has 3 MiB of headers', mailOf({ 'X-Long': 'x'.repeat(3 * 1_048_576) }), 'has over 2 MiB of headers'],
    ['is nested without end', Buffer.concat([mailOf({ 'Content-Type': 'multipart/mixed; boundary=b0' }, ''), Buffer.from(Array.from({ length: 300 }, (_, nth) => `--b${nth}\r\nContent-Type: multipart/mixed; boundary=b${nth + 1}\r\n\r\n`).join(''))]), 'is nested more than 256 parts deep'], // prettier-ignore
    ['has 20 000 parts', mailOf({ 'Content-Type': 'multipart/mixed; boundary=b' }, '--b\r\n\r\nx\r\n'.repeat(20_000)), 'has more than 10 000 parts'], // prettier-ignore
    ['has 600 000 lines', mailOf({}, 'x\n'.repeat(600_000)), 'has more than 500 000 lines'],
  ])('%s', async (_, mail, reason) => expect(interaction(mail)).rejects.toMatchObject({ name: 'Unreadable', reason }));
});
