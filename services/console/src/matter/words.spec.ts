import { describe, expect, it } from '@jest/globals';
import { aboutOf, alternativeOf, inputsOf, lastingOf, ruleOf } from './words.ts';

describe('the words about matters', () => {
  it('say what it is about by what is known best', () => {
    expect(aboutOf({ channel: 'email', kind: 'support', intent: 'hardware.screen', topic: 'broken screen' })).toBe('Broken screen'); // prettier-ignore
    expect(aboutOf({ channel: 'email', kind: 'support', intent: 'hardware.screen_repair' })).toBe('Hardware, screen repair'); // prettier-ignore
    expect(aboutOf({ channel: 'email', kind: 'support' })).toBe('Support');
    expect(aboutOf({ channel: 'phone' })).toBe('Phone');
  });

  it('name rules, and those that are newer than the page as they are', () => {
    expect(ruleOf('turn')).toBe('Whose turn it is');
    expect(ruleOf('moon-phase')).toBe('Moon-phase');
  });

  it('say what else there was, and why not', () => {
    expect(alternativeOf({ says: 'owner', why: 'nobody' })).toEqual(['Owner', 'there is none']);
    expect(alternativeOf({ says: 'turn Bo Hansen', why: 'later in line' })).toEqual(['Whose turn it is: Bo Hansen', 'later in line']); // prettier-ignore
    expect(alternativeOf({ says: '3 agents', why: 'full' })[0]).toBe('3 agents');
  });

  it('say on what a decision was made, people by name and what is not known not at all', () => {
    const [bo, stranger] = ['00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000003'];
    const inputs = { channel: 'whatsapp', holder: bo, owner: stranger, available: 2, window: 'P14D', odd: {} };
    expect(inputsOf(inputs, (id) => (id === bo ? 'Bo' : undefined))).toEqual([
      ['Channel', 'WhatsApp'],
      ['Had it before', 'Bo'],
      ['Could take it', '2'],
      ['Same matter within', '14 days'],
    ]);
  });

  it.each([
    ['P14D', '14 days'],
    ['PT1H30M', '1 hour, 30 minutes'],
    ['P1M', '1 month'],
    ['P1DT5M', '1 day, 5 minutes'],
    ['soon', 'soon'],
  ])('say the duration %s as %s', (duration, said) => expect(lastingOf(duration)).toBe(said));
});
