import { describe, expect, it } from '@jest/globals';
import { Rejection } from '@throughline/decider';
import fc from 'fast-check';
import { accountOf, identifies, mayLink, normaliseHandle, ownAddresses, sameAs } from './index.ts';

const spelt = (text: string): string => normaliseHandle(text).handle;

const refusal = (text: string): Rejection => {
  try {
    normaliseHandle(text, '/participants/0/handle');
  } catch (error) {
    if (error instanceof Rejection) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
};

describe('a handle has one spelling', () => {
  it.each([
    ['email:Ann@Example.COM', 'email:ann@example.com'],
    [' EMAIL : ann@example.com ', 'email:ann@example.com'],
    ['email:ann.lee+shop@example.com', 'email:ann.lee+shop@example.com'],
    ['email:ann@BÜCHER.example', 'email:ann@xn--bcher-kva.example'],
    ['email:ann@xn--bcher-kva.example', 'email:ann@xn--bcher-kva.example'],
    ['email:ann@ＡＣＭＥ.example', 'email:ann@acme.example'],
    ['email:ann@example.com.', 'email:ann@example.com'],
    ['email:Жанна@пример.рф', 'email:жанна@xn--e1afmkfd.xn--p1ai'],
    ['email:Zoe\u0301@example.com', 'email:zo\u00e9@example.com'],
    ['email:root@localhost', 'email:root@localhost'],
    ['email:root@[192.0.2.1]', 'email:root@[192.0.2.1]'],
    ['email:"ann lee"@example.com', 'email:"ann lee"@example.com'],
    ['email:my_name@my_host.example', 'email:my_name@my_host.example'],
    ['tel:+14155550100', 'tel:+14155550100'],
    ['tel:+1 (415) 555-0100', 'tel:+14155550100'],
    ['tel:＋1 415 555 0100', 'tel:+14155550100'],
    ['tel:+44 (0)20 7946 0958', 'tel:+442079460958'],
    ['tel:+1 415 555 0100 ext. 12', 'tel:+14155550100;ext=12'],
    ['tel:+14155550100;ext=12', 'tel:+14155550100;ext=12'],
    ['tel:+52 1 55 1234 5678', 'tel:+525512345678'],
    ['tel:+54 11 15 2345 6789', 'tel:+5491123456789'],
    ['tel:+55 11 8765 4321', 'tel:+5511987654321'],
    ['whatsapp:14155550100', 'whatsapp:+14155550100'],
    ['whatsapp:+1 415 555 0100', 'whatsapp:+14155550100'],
    ['whatsapp:US.13491208655302741918', 'whatsapp:US.13491208655302741918'],
    ['twitter:1234', 'twitter:1234'],
    ['crm.hubspot:501', 'crm.hubspot:501'],
    ['x:A:b', 'x:A:b'],
  ])('%s is %s', (text, handle) => expect(spelt(text)).toBe(handle));

  it('which is its own spelling', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('email', 'tel', 'whatsapp', 'x.y'),
        fc.oneof(fc.emailAddress(), fc.string(), fc.stringMatching(/^\+[0-9]{8,14}$/)),
        (namespace, value) => {
          let handle: string;
          try {
            handle = spelt(`${namespace}:${value}`);
          } catch (error) {
            expect(error).toBeInstanceOf(Rejection);
            return;
          }
          expect(spelt(handle)).toBe(handle);
        },
      ),
      { numRuns: 2_000 },
    ));
});

describe('what is no handle', () => {
  it.each([
    ['ann@example.com', /is not a namespace and a value/],
    ['', /is not a namespace and a value/],
    ['7up:ann', /is not a namespace and a value/],
    ['a_b:ann', /is not a namespace and a value/],
    [`${'n'.repeat(64)}:ann`, /is not a namespace and a value/],
    ['email:', /has nothing after email:/],
    ['email: ', /has nothing after email:/],
    ['email:+14155550100', /no @/],
    ['email:ann@', /after the @ is not a domain/],
    ['email:@example.com', /before the @ is not a mailbox/],
    ['email:ann lee@example.com', /before the @ is not a mailbox/],
    ['email:Ann <ann@example.com>', /not an e-mail address/],
    ['email:ann@exa mple.com', /not a domain/],
    ['email:ann@exa%6dple.com', /not a domain/],
    ['email:ann@example.com/x', /not a domain/],
    ['email:ann@a..b', /not a domain/],
    [`email:${'a'.repeat(320)}@example.com`, /over 320 bytes/],
    ['email:a\u0000@example.com', /control character/],
    ['email:a\ud800@example.com', /lone surrogate/],
    ['tel:ann@example.com', /international form/],
    ['tel:4155550100', /international form/],
    ['tel:020 7946 0958', /international form/],
    ['tel:0044 20 7946 0958', /international form/],
    ['tel:12345', /short code/],
    ['tel:+1', /international form/],
    ['tel:+999999999999', /international form/],
    ['tel:anonymous', /withheld number/],
    ['whatsapp:123456', /international form/],
    ['phone:+14155550100', /the namespace phone, which is written tel/],
    ['sms:+14155550100', /the namespace sms, which is written tel/],
    ['mailto:ann@example.com', /the namespace mailto, which is written email/],
    [`x:${'v'.repeat(511)}`, /longer than 512/],
  ])('%j is refused', (text, why) => {
    const { code, detail, faults } = refusal(text);
    expect(code).toBe('HandleInvalid');
    expect(detail).toBe(`/participants/0/handle ${faults[0]!.reason}.`);
    expect(faults).toMatchObject([{ pointer: '/participants/0/handle' }]);
    expect(faults[0]!.reason).toMatch(why);
  });

  // What Twilio shows in place of callers that withhold their number.
  it.each(['+266696687', '+7378742833', '+2562533', '+8656696', '+86282452253'])(
    'the caller %s, who is nobody',
    (number) => expect(refusal(`tel:${number}`).faults[0]!.reason).toMatch(/withheld number/),
  );

  it('is never repeated: the refusal may be logged', () =>
    expect(
      JSON.stringify([refusal('email:ann lee@example.com'), refusal('email:ann lee@example.com').detail]),
    ).not.toContain('ann lee'));
});

const handle = (text: string) => normaliseHandle(text);

describe('evidence links by itself', () => {
  it.each([
    'email:ann@example.com',
    'email:ann.support@example.com',
    'tel:+447911123456',
    'whatsapp:+14155550100',
    'x:1',
  ])('%s', (text) => expect(identifies(handle(text))).toBe(true));

  it.each([
    'email:info@example.com',
    'email:Support+17@example.com',
    'email:no-reply@example.com',
    'email:noreply@example.com',
    'email:do_not_reply@example.com',
    'email:no-reply-17@example.com',
    'email:bounce-17@example.com',
    'email:mailer-daemon@example.com',
    'email:customer-service@example.com',
    'email:root@localhost',
    'email:ann@[192.0.2.1]',
    'tel:+18005550199',
    'whatsapp:+18005550199',
  ])('but not %s', (text) => expect(identifies(handle(text))).toBe(false));

  it('of two that stand for persons, neither of them ours', () => {
    const ours = ownAddresses(['acme.example', 'tel:+14155550100']);
    const [ann, bo, tel] = [
      handle('email:ann@example.com'),
      handle('email:bo@mail.acme.example'),
      handle('tel:+447911123456'),
    ];
    expect(mayLink(ann, tel, ours)).toBe(true);
    expect(mayLink(ann, bo, ours)).toBe(false);
    expect(mayLink(handle('tel:+14155550100'), ann, ours)).toBe(false);
    expect(mayLink(ann, handle('email:info@example.com'))).toBe(false);
  });

  it('of a WhatsApp account and its number', () => {
    expect(sameAs(handle('whatsapp:14155550100'))).toEqual(handle('tel:+14155550100'));
    expect(sameAs(handle('whatsapp:US.1349'))).toBeUndefined();
    expect(sameAs(handle('tel:+14155550100'))).toBeUndefined();
  });
});

describe('our own addresses', () => {
  const ours = ownAddresses(['acme.example', 'email:bo@example.com']);
  it.each([
    ['email:any@acme.example', true],
    ['email:any@mail.acme.example', true],
    ['email:any@notacme.example', false],
    ['email:bo@example.com', true],
    ['email:ann@example.com', false],
    ['x:acme.example', false],
  ])('%s: %s', (text, is) => expect(ours(handle(text))).toBe(is));
});

describe('the account behind a mail address', () => {
  it.each([
    ['email:ann@acme.com', 'acme.com'],
    ['email:ann@mail.eu.acme.co.uk', 'acme.co.uk'],
    ['email:ann@acme.uk.com', 'acme.uk.com'],
    ['email:ann@bücher.de', 'xn--bcher-kva.de'],
    ['email:ann@acme.example', 'acme.example'],
    ['email:ann@gmail.com', undefined],
    ['email:ann@googlemail.com', undefined],
    ['email:ann@yahoo.co.jp', undefined],
    ['email:ann@mail.qq.com', undefined],
    ['email:ann@bigpond.net.au', undefined],
    ['email:ann@localhost', undefined],
    ['email:ann@[192.0.2.1]', undefined],
    ['email:ann@192.0.2.1', undefined],
    ['email:ann@co.uk', undefined],
    ['tel:+14155550100', undefined],
    ['twitter:acme.com', undefined],
  ])('%s: %s', (text, account) => expect(accountOf(handle(text))).toBe(account));
});
