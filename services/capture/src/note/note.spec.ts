import { describe, expect, it } from '@jest/globals';
import { noteBody, noteOf } from './note.ts';

describe('a note', () => {
  it('says what comes next and who is to do it', () =>
    expect(
      noteOf(
        noteBody.parse({
          decided: 'A new screen.',
          nextStep: { what: 'Send it', owner: 'email:Bo@Acme.example', due: '2026-05-06T12:00:00+02:00' },
        }),
        'n',
        's',
        (handle) => `id of ${handle}`,
      ),
    ).toEqual({
      note: 'n',
      subject: 's',
      decided: 'A new screen.',
      nextStep: {
        what: 'Send it',
        due: '2026-05-06T10:00:00Z',
        owner: { id: 'id of email:bo@acme.example', handle: 'email:bo@acme.example' },
      },
    }));
  it.each([
    {},
    { text: '' },
    { nextStep: {} },
    { text: 'a', by: 'me' },
    { text: 'a', nextStep: { what: 'b', due: 'soon' } },
    { text: '\ud800' },
  ])('is refused: %j', (body) => expect(noteBody.safeParse(body).success).toBe(false));
  it('names the handle that is none', () =>
    expect(() => noteOf({ nextStep: { what: 'a', owner: 'bo' } }, 'n', 's', String)).toThrow(
      expect.objectContaining({ faults: [{ pointer: '/nextStep/owner', reason: expect.any(String) }] }),
    ));
});
