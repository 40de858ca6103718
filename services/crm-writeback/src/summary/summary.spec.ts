import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Said, summaryOf, summaryText, type Talk } from './summary.ts';

const ann = { name: 'Ann Lee', handle: 'email:ann@example.com' };
const bo = { name: 'Bo', handle: 'email:bo@acme.example' };
const says = (side: Said['side'], text: string, minute = 0, more: Partial<Said> = {}): Said => ({
  event: `e${minute}`,
  at: `2026-05-04T09:${String(30 + minute)}:00Z`,
  side,
  by: side === 'customer' ? ann : bo,
  text,
  ...more,
});
const talk = (said: readonly Said[], more: Partial<Talk> = {}): Talk => ({
  channel: 'chat',
  from: '2026-05-04T09:30:00Z',
  until: '2026-05-04T09:50:00Z',
  said,
  notes: [],
  ...more,
});

const brokenScreen = [
  says('customer', 'Hi there!\nMy laptop is six months old. The screen is cracked and does not turn on.', 0),
  says('ours', 'Good morning. Have you restarted it?', 1),
  says('customer', 'I restarted it twice and checked the cable.', 2),
  says('ours', 'We agreed with the workshop to replace the display under warranty.', 3),
  says('ours', "I'll send a courier tomorrow at 10:00. Thanks for your patience!", 4),
];

describe('the summary of a session', () => {
  it('quotes the problem, what was tried, the decision and the promise', () => {
    const { problem, tried, decision, promise } = summaryOf(talk(brokenScreen));
    expect(problem).toEqual({
      words: 'The screen is cracked and does not turn on.',
      by: ann,
      at: '2026-05-04T09:30:00Z',
      event: 'e0',
    });
    expect(tried.map(({ words }) => words)).toEqual([
      'Have you restarted it?',
      'I restarted it twice and checked the cable.',
    ]);
    expect(decision?.words).toBe('We agreed with the workshop to replace the display under warranty.');
    expect(promise?.words).toBe("I'll send a courier tomorrow at 10:00.");
  });

  it('reads as lines, and counts what it leaves out', () => {
    const whole = talk(brokenScreen, {
      outcome: 'resolved',
      link: 'https://t.example/customers/1',
      step: { what: 'Send a courier', owner: bo, due: '2026-05-05T10:00:00Z' },
    });
    expect(summaryText(summaryOf(whole), whole)).toBe(
      [
        '2026-05-04 09:30 – 2026-05-04 09:50 UTC, 5 messages',
        'Problem: “The screen is cracked and does not turn on.” (Ann Lee (ann@example.com), 2026-05-04 09:30)',
        'Tried: “Have you restarted it?” (Bo (bo@acme.example), 2026-05-04 09:31)',
        'Tried: “I restarted it twice and checked the cable.” (Ann Lee (ann@example.com), 2026-05-04 09:32)',
        'Decision: “We agreed with the workshop to replace the display under warranty.” (Bo (bo@acme.example), 2026-05-04 09:33)',
        "Promise: “I'll send a courier tomorrow at 10:00.” (Bo (bo@acme.example), 2026-05-04 09:34)",
        'Next step: Send a courier — Bo (bo@acme.example), by 2026-05-05T10:00:00Z',
        'Outcome: resolved',
        '5 of 6 sentences quoted; the whole: https://t.example/customers/1',
      ].join('\n'),
    );
  });

  it.each([
    [
      'German',
      'Mein Drucker ist kaputt. Er ist blau.',
      'Ich werde Ihnen morgen einen neuen schicken.',
      'Mein Drucker ist kaputt.',
    ],
    ['French', "Bonjour. L'écran est cassé. Il est noir.", 'Je vais vous appeler demain.', "L'écran est cassé."],
    ['Spanish', 'Hola. La pantalla no funciona. Es negra.', 'Le llamaré mañana.', 'La pantalla no funciona.'],
  ])('understands %s', (_, theirs, ours, problem) => {
    const summary = summaryOf(talk([says('customer', theirs), says('ours', ours, 1)]));
    expect(summary.problem?.words).toBe(problem);
    expect(summary.promise?.words).toBe(ours);
  });

  it('takes the first that a customer says where nothing sounds like a problem', () =>
    expect(summaryOf(talk([says('customer', 'Hello! I would like fifty laptops. Blue ones.')])).problem?.words).toBe(
      'I would like fifty laptops.',
    ));

  it('takes the decision of a note before any sentence', () => {
    const notes = [{ event: 'n', at: '2026-05-04T09:51:00Z', decided: 'A new display' }];
    expect(summaryOf(talk(brokenScreen, { notes })).decision).toMatchObject({ words: 'A new display', event: 'n' });
  });

  it('takes what is scheduled for the next step, else what a note says, else the promise', () => {
    const notes = [
      { event: 'n', at: '2026-05-04T09:51:00Z', nextStep: { what: 'Call her', due: '2026-05-06T08:00:00Z' } },
    ];
    const step = { what: 'Send a courier' };
    expect(summaryOf(talk(brokenScreen, { notes, step })).nextStep).toEqual(step);
    expect(summaryOf(talk(brokenScreen, { notes })).nextStep).toEqual(notes[0]!.nextStep);
    expect(summaryOf(talk(brokenScreen)).nextStep).toEqual({
      what: "I'll send a courier tomorrow at 10:00.",
      owner: bo,
    });
  });

  it('is named by the subject, else by the problem, else by the intent', () => {
    expect(summaryOf(talk([says('customer', 'It cracked.', 0, { subject: 'Broken  screen' })])).subject).toBe(
      'Chat: Broken screen',
    );
    expect(summaryOf(talk(brokenScreen, { channel: 'phone' })).subject).toBe(
      'Call: The screen is cracked and does not turn on.',
    );
    expect(summaryOf(talk([says('customer', '…')], { intent: 'hardware.screen' })).subject).toBe(
      'Chat: hardware.screen',
    );
    expect(summaryOf(talk([])).subject).toBe('Chat');
  });

  it('says where a quote was shortened', () => {
    const long = talk([says('customer', `The screen is broken ${'and flickers '.repeat(200)}.`)]);
    expect(summaryText(summaryOf(long), long)).toMatch(/\[… \d+ more characters\]”/);
  });

  const lines = fc.array(
    fc.record({
      side: fc.constantFrom<Said['side']>('customer', 'ours', 'other'),
      text: fc.lorem({ mode: 'sentences', maxCount: 4 }),
    }),
    { maxLength: 12 },
  );

  it('quotes only what was said, and is the same each time', () =>
    fc.assert(
      fc.property(lines, (all) => {
        const one = talk(
          all.map(({ side, text }, at) => says(side, `${text} It is broken. I tried it. We agreed. I will call.`, at)),
        );
        const summary = summaryOf(one);
        const { problem, tried, decision, promise } = summary;
        for (const quote of [problem, ...tried, decision, promise])
          if (quote) expect(one.said.find(({ event }) => event === quote.event)?.text).toContain(quote.words);
        expect(summaryOf(structuredClone(one))).toEqual(summary);
        const quotes = [problem, ...tried, decision, promise].flatMap((quote) =>
          quote ? [`${quote.event} ${quote.words}`] : [],
        );
        expect(new Set(quotes).size).toBe(quotes.length);
      }),
    ));
});
