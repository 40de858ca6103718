import { describe, expect, it } from '@jest/globals';
import { problemInWords, Refused } from './refused.ts';

const due = { pointer: '/due', reason: 'is not a moment' };
const waits = { pointer: '/waits', reason: 'is empty' };
const title = 'The body is not as it must be';

describe('a problem in words', () => {
  it.each([
    ['says what happened once', { title: 'There is no such tenant', detail: 'There is no tenant x.' }, 'There is no tenant x.'],
    ['has its title where it has no more', { code: 'MatterClosed', title: 'The matter is closed', detail: 'MatterClosed' }, 'The matter is closed'],
    ['is its one fault', { code: 'InvalidBody', title, detail: '/due is not a moment.', errors: [due] }, '/due is not a moment'],
    ['lists its faults', { code: 'InvalidBody', title, detail: '/due is not a moment, and 1 more.', errors: [due, waits] }, 'these are not as they must be:\n  /due is not a moment\n  /waits is empty'],
    ['says more than its faults', { code: 'BeyondHead', title, detail: 'It ends at 7.', errors: [due] }, '/due: It ends at 7.'],
    ['keeps a title that says more', { code: 'IdReused', title: 'The id was used', detail: 'x is not a moment', errors: [due] }, 'The id was used:\n  /due is not a moment'],
    ['keeps what is wrong from running into its title', { code: 'MalformedBody', title: 'The body cannot be read', detail: 'The body is empty.', errors: [{ pointer: '', reason: 'is empty' }] }, 'The body cannot be read:\n  it is empty'],
    ['is a number where nothing else is known', {}, 'HTTP 418'],
  ])('%s', (_, problem, said) => expect(problemInWords(418, problem)).toBe(said)); // prettier-ignore

  it('tells who is not known how to say who they are', () =>
    expect(problemInWords(401, { detail: 'No key.' })).toMatch(/^No key\.\n {2}give a token in THROUGHLINE_TOKEN/));

  it.each([
    [400, 'MalformedBody', true],
    [422, 'InvalidBody', true],
    [422, 'HandleInvalid', true],
    [422, 'BeyondHead', false],
    [404, 'TenantUnknown', false],
  ])('%d %s is for what was typed: %j', (status, code, isUsage) =>
    expect(new Refused(status, { code }).isUsage).toBe(isUsage),
  );
});
