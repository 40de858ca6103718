import { describe, expect, it } from '@jest/globals';
import { interaction, type InteractionInput } from './index.ts';

const least: InteractionInput = {
  source: 'acme-helpdesk',
  key: 'ticket-17/comment-3',
  channel: 'email',
  direction: 'inbound',
  occurredAt: '2026-05-04T09:30:00Z',
  participants: [{ role: 'customer', handle: 'email:ann@example.com' }],
};

const whole: InteractionInput = {
  ...least,
  kind: 'support',
  conversation: 'ticket-17',
  intent: 'hardware.screen',
  topic: 'laptop',
  priority: 'high',
  severity: '2',
  language: 'en',
  subject: 'Broken screen',
  text: 'It cracked.\n\tTwice. 💥',
  quoted: '> Hello',
  participants: [
    {
      role: 'customer',
      handle: 'email:ann@example.com',
      name: 'Ann Lee',
      account: { key: 'acme', name: 'Acme Ltd' },
      also: [{ handle: 'tel:+14155550100', verified: true }],
    },
    { role: 'agent', handle: 'email:bo@acme.example' },
  ],
  attachments: [{ name: 'screen.jpg', mediaType: 'image/jpeg', size: 48213, sha256: '0'.repeat(64) }],
  details: { anything: 'the provider says' },
  automatic: false,
  mentions: ['m1@example.com'],
  backfill: true,
};

/** Where and why it is refused: `/pointer reason`, one per fault. */
const faults = (input: unknown): string[] => {
  const { error } = interaction.safeParse(input);
  return (error?.issues ?? []).map(({ path, message }) => `/${path.join('/')} ${message}`);
};

const nested = (depth: number): unknown => {
  let value: unknown = 'deep';
  for (let layer = 0; layer < depth; layer += 1) value = { in: value };
  return value;
};

describe('an interaction', () => {
  it('needs six fields', () => {
    expect(interaction.parse(least)).toEqual(least);
    expect(faults({}).map((fault) => fault.split(' ')[0])).toEqual([
      '/source', '/key', '/channel', '/direction', '/occurredAt', '/participants',
    ]); // prettier-ignore
  });

  it('keeps all that it may have', () => expect(interaction.parse(whole)).toEqual(whole));

  it('takes evidence for unverified unless it says otherwise', () => {
    const participants = [{ ...least.participants[0]!, also: [{ handle: 'tel:+14155550100' }] }];
    expect(interaction.parse({ ...least, participants }).participants[0]!.also![0]!.verified).toBe(false);
  });

  it('has its moment in UTC, whatever the offset, to the microsecond', () => {
    const at = (occurredAt: string) => interaction.parse({ ...least, occurredAt }).occurredAt;
    expect(at('2026-05-04T11:30:00+02:00')).toBe('2026-05-04T09:30:00Z');
    expect(at('2026-05-04t09:30:00.1234567z')).toBe('2026-05-04T09:30:00.123456Z');
    expect(at('2026-05-04T09:30:00.100Z')).toBe('2026-05-04T09:30:00.1Z');
  });

  it('takes text up to its limits', () => {
    expect(faults({ ...least, text: 'é'.repeat(524_288) })).toEqual([]);
    expect(faults({ ...least, text: '', subject: '', quoted: '' })).toEqual([]);
    expect(faults({ ...least, details: nested(32) })).toEqual([]);
    expect(faults({ ...least, participants: Array(1_000).fill(least.participants[0]) })).toEqual([]);
    expect(faults({ ...least, source: 's'.repeat(128), key: 'k'.repeat(512), conversation: 'c'.repeat(512) })).toEqual(
      [],
    );
  });
});

const participant = (fields: object) => ({ participants: [{ ...least.participants[0], ...fields }] });
const surrogate = '\ud800';

describe('bad input is refused by name', () => {
  it.each<[string, object, string | RegExp]>([
    ['an unknown channel', { channel: 'telepathy' }, /^\/channel .*"email"/],
    ['an unknown direction', { direction: 'sideways' }, /^\/direction /],
    ['an unknown kind', { kind: 'fraud' }, /^\/kind /],
    ['an unknown role', participant({ role: 'boss' }), /^\/participants\/0\/role /],
    ['an unknown priority', { priority: 'asap' }, /^\/priority /],
    ['a date in the year 99999', { occurredAt: '99999-01-01T00:00:00Z' }, /^\/occurredAt is not an RFC 3339 moment/],
    ['a date in the year 2200', { occurredAt: '2200-01-01T00:00:00Z' }, /^\/occurredAt is not an RFC 3339 moment/],
    ['a date that an offset carries out', { occurredAt: '1900-01-01T00:00:00+01:00' }, /^\/occurredAt is not/],
    ['30 February', { occurredAt: '2026-02-30T00:00:00Z' }, /^\/occurredAt is not an RFC 3339 moment/],
    ['an hour of 25', { occurredAt: '2026-02-20T25:00:00Z' }, /^\/occurredAt is not an RFC 3339 moment/],
    ['a date without a zone', { occurredAt: '2026-02-20T12:00:00' }, /^\/occurredAt is not an RFC 3339 moment/],
    ['a date as a number', { occurredAt: 1777887000 }, /^\/occurredAt /],
    ['a lone surrogate in the text', { text: `a${surrogate}` }, '/text has a lone surrogate, which no UTF-8 can carry'],
    ['a lone surrogate in the key', { key: surrogate }, '/key has a lone surrogate, which no UTF-8 can carry'],
    ['a lone surrogate in a name', participant({ name: surrogate }), /^\/participants\/0\/name has a lone surrogate/],
    [
      'a lone surrogate in a handle',
      participant({ handle: `x:${surrogate}` }),
      /^\/participants\/0\/handle has a control/,
    ],
    ['U+0000 in the text', { text: 'a\0' }, '/text has the character U+0000, which cannot be stored'],
    ['U+0000 in the subject', { subject: '\0' }, '/subject has the character U+0000, which cannot be stored'],
    ['U+0000 in a handle', participant({ handle: 'email:\0' }), /^\/participants\/0\/handle has a control character/],
    ['a line break in the key', { key: 'a\nb' }, '/key has a control character'],
    ['a unit separator in the source', { source: 'a\u001eb' }, '/source has a control character'],
    ['2 MiB of text', { text: 'a'.repeat(2_097_152) }, '/text is over 1 MiB: send it as an attachment'],
    [
      '1 MiB and one byte of text',
      { text: `a${'é'.repeat(524_288)}` },
      '/text is over 1 MiB: send it as an attachment',
    ],
    ['a key of 513 characters', { key: 'k'.repeat(513) }, /^\/key /],
    ['an empty key', { key: '' }, /^\/key /],
    ['a source of 129 characters', { source: 's'.repeat(129) }, /^\/source /],
    ['a conversation of 513 characters', { conversation: 'c'.repeat(513) }, /^\/conversation /],
    ['no participant', { participants: [] }, /^\/participants /],
    ['1 001 participants', { participants: Array(1_001).fill(least.participants[0]) }, /^\/participants /],
    ['details nested 33 deep', { details: nested(33) }, '/details is nested more than 32 deep'],
    [
      'details with a number without end',
      { details: { a: [{ b: Infinity }] } },
      '/details has a number that is too large to be kept',
    ],
    ['details nested 100 000 deep', { details: nested(100_000) }, '/details is nested more than 32 deep'],
    ['details that are a list', { details: [] }, /^\/details /],
    [
      'a handle without a namespace',
      participant({ handle: 'ann@example.com' }),
      /^\/participants\/0\/handle is not a namespace/,
    ],
    ['a handle without a value', participant({ handle: 'email:' }), /^\/participants\/0\/handle is not a namespace/],
    ['a language that is none', { language: 'the Queen’s' }, '/language is not a BCP 47 language tag'],
    ['a hash in capitals', { attachments: [{ sha256: 'A'.repeat(64) }] }, /^\/attachments\/0\/sha256 is not 64/],
    ['a negative size', { attachments: [{ size: -1 }] }, /^\/attachments\/0\/size /],
    ['an unknown field', { colour: 'red' }, /^\/ .*"colour"/],
    ['a misspelt field of a participant', participant({ nmae: 'Ann' }), /^\/participants\/0 .*"nmae"/],
    ['an own id', { id: '1' }, /^\/ .*"id"/],
  ])('%s', (_, wrong, why) => {
    const found = faults({ ...least, ...wrong });
    expect(found).toHaveLength(1);
    if (typeof why === 'string') expect(found).toEqual([why]);
    else expect(found[0]).toMatch(why);
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['a text', 'interaction'],
    ['a number', 7],
  ])('%s', (_, input) => expect(faults(input)).toHaveLength(1));

  it('every fault at once', () =>
    expect(faults({ ...least, channel: 'telepathy', occurredAt: 'today', text: '\0' })).toHaveLength(3));
});
