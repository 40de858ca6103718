import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fake, type Mishap, mishaps } from '@throughline/testing';
import type { Activity, Context, CrmRecord, CrmSession, Task } from '../src/crms/crm.ts';
import { type Remembered, write, type Written } from '../src/delivery/writing.ts';
import { Fault } from '../src/outbound/fault.ts';

/** A CRM of one kind for one test: its fake, a session on it, and what the fake can be made to be and to tell. */
export type Ground = {
  readonly fake: Fake;
  readonly session: CrmSession;
  readonly close: () => Promise<void>;
  /** The same session with a credential that the CRM does not accept. */
  readonly revoke: () => void;
  readonly lag: (ms: number) => void;
  readonly addContact: (mail: string) => string;
  readonly removeContact: (id: string) => void;
  /** The texts of all records that the fake keeps under a reference. */
  readonly kept: (reference: string) => string[];
  /** The dates and the next step that a contact shows; undefined where the CRM has no such fields. */
  readonly shown?: (contact: string) => { lastContact?: string; lastMeeting?: string; nextStep?: string };
  /** Makes a contact about whom everything is known that this CRM tells, and what that is. */
  readonly knownContact: () => { contact: string; context: Context };
};

const ann = 'email:ann@example.com';

export const activity = (more: Partial<Activity> = {}): Activity => ({
  is: 'activity',
  reference: randomUUID(),
  channel: 'chat',
  direction: 'inbound',
  subject: 'Chat: broken screen',
  body: 'Problem: The screen <cracked> & flickers.\nNext step: a courier.',
  from: '2026-05-04T09:30:00Z',
  until: '2026-05-04T09:50:00Z',
  ...more,
});

export const task = (more: Partial<Task> = {}): Task => ({
  is: 'task',
  reference: randomUUID(),
  what: 'Send a courier',
  owner: { handle: 'email:bo@acme.example', name: 'Bo' },
  due: '2026-05-05T10:00:00Z',
  ...more,
});

/** Tries as a worker does: after a failure of the world again, after an unclear one not before a search would find it. */
export const persistently = async (
  session: CrmSession,
  record: CrmRecord,
  known: Remembered = {},
): Promise<Written> => {
  const delivery = randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write(session, { delivery, record, handles: [ann], also: [] }, known);
    } catch (error) {
      if (!(error instanceof Fault) || attempt === 10) throw error;
      if (error.kind !== 'transient' && error.kind !== 'doubt') throw error;
      await pause(error.kind === 'doubt' ? session.settlesWithinMs : (error.retryAfterMs ?? 0));
    }
  }
};

const bad: readonly (readonly [string, readonly Mishap[]])[] = [
  ['it fails before it commits', [mishaps.refuses(500), mishaps.refuses(503)]],
  ['it fails after it committed', [mishaps.failsAfterCommit()]],
  ['it never answers', [mishaps.hangs()]],
  ['it never answers after it committed', [mishaps.hangsAfterCommit()]],
  ['it breaks the connection', [mishaps.breaks()]],
  ['it breaks the connection after it committed', [mishaps.breaksAfterCommit()]],
  ['it is throttled', [mishaps.throttles(0), mishaps.throttles(0)]],
  ['it answers a page', [mishaps.answersHtml()]],
  ['it answers a page after it committed', [mishaps.answersHtmlAfterCommit()]],
  ['it is slow', [mishaps.isSlow(150)]],
  [
    '500, 500, 429, a time-out after the commit, 201',
    [mishaps.refuses(500), mishaps.refuses(500), mishaps.throttles(0), mishaps.hangsAfterCommit()],
  ],
];

/** What every CRM has to hold, whoever it is and however badly it behaves. */
export const crmContract = (name: string, make: () => Promise<Ground>): void => {
  describe(`${name}, as every CRM,`, () => {
    let on: Ground;
    beforeEach(async () => {
      on = await make();
    });
    afterEach(() => on.close());

    const fault = async (doing: Promise<unknown>): Promise<Fault> => {
      const error = await doing.then(() => undefined, (thrown: unknown) => thrown); // prettier-ignore
      if (!(error instanceof Fault)) throw error ?? new Error('nothing failed');
      return error;
    };

    it('finds a contact by an address, whatever its case there', async () => {
      const id = on.addContact('ann@example.com');
      expect(await on.session.findContact(['email:nobody@example.com', ann])).toEqual([id]);
      expect(await on.session.findContact(['email:nobody@example.com'])).toEqual([]);
    });

    it.each([['an activity', activity], ['a task', task]] as const)('writes %s and finds it again', async (_, record) => {
      on.addContact('ann@example.com');
      const one = record();
      const written = await persistently(on.session, one);
      expect(written.made).toBe('created');
      expect(on.kept(one.reference)).toHaveLength(1);
      const again = await persistently(on.session, one, { contact: written.contact, remote: written.remote });
      expect(again.made).not.toBe('created');
      expect(on.kept(one.reference)).toHaveLength(1);
    }); // prettier-ignore

    it.each(bad)('has a record exactly once where %s', async (_, mishap) => {
      on.addContact('ann@example.com');
      on.fake.next(...mishap);
      for (const record of [task(), activity()]) {
        await persistently(on.session, record);
        expect(on.kept(record.reference)).toHaveLength(1);
      }
      expect(on.fake.mishaps).toEqual([]);
    });

    it('has a record exactly once where a search finds it late', async () => {
      on.addContact('ann@example.com');
      const record = task();
      on.lag(on.session.settlesWithinMs / 2);
      on.fake.next(mishaps.hangsAfterCommit());
      await persistently(on.session, record);
      expect(on.kept(record.reference)).toHaveLength(1);
    });

    it('writes a task again as it is by now', async () => {
      on.addContact('ann@example.com');
      const open = task();
      const { contact, remote } = await persistently(on.session, open);
      await persistently(
        on.session,
        { ...open, done: { at: '2026-05-05T09:00:00Z', outcome: 'It went out.' } },
        { contact, remote },
      );
      const [text, ...others] = on.kept(open.reference);
      expect(others).toEqual([]);
      expect(text).toMatch(/COMPLETED|Done: |"done":/);
    });

    it('cuts nothing in silence', async () => {
      on.addContact('ann@example.com');
      const long = activity({
        body: `${'A sentence of a long talk. '.repeat(10_000)}The end.`,
        link: 'https://throughline.example/c/1',
      });
      await persistently(on.session, long);
      const [text] = on.kept(long.reference);
      if (!text!.includes('The end.'))
        expect(text).toMatch(/… \d+ more characters: https:\/\/throughline\.example\/c\/1/);
    });

    it('moves dates forward only', async () => {
      if (!on.shown) return;
      const contact = on.addContact('ann@example.com');
      const fields = (lastContact: string) => ({ is: 'contact' as const, reference: randomUUID(), lastContact });
      await persistently(on.session, {
        ...fields('2026-05-04T09:50:00Z'),
        nextStep: { what: 'Call her', due: '2026-05-06T08:00:00Z' },
      });
      expect(await persistently(on.session, fields('2026-05-01T00:00:00Z'))).toMatchObject({ made: 'unchanged' });
      await persistently(on.session, { ...fields('2026-05-04T09:50:00Z'), lastMeeting: '2026-05-03T09:00:00Z' });
      expect(on.shown(contact)).toEqual({
        lastContact: '2026-05-04T09:50:00Z',
        lastMeeting: '2026-05-03T09:00:00Z',
        nextStep: 'Call her, by 2026-05-06T08:00:00Z',
      });
    });

    it('says that there is no contact', async () =>
      expect(await fault(persistently(on.session, task()))).toMatchObject({ kind: 'gone', code: 'ContactMissing' }));

    it('says that there are two', async () => {
      on.addContact('ann@example.com');
      on.addContact('ann@example.com');
      expect(await fault(persistently(on.session, task()))).toMatchObject({
        kind: 'rejected',
        code: 'ContactAmbiguous',
      });
    });

    it('looks anew for a contact that was deleted since it was remembered', async () => {
      const old = on.addContact('ann@example.com');
      on.removeContact(old);
      const record = activity();
      expect(await fault(persistently(on.session, record, { contact: old }))).toMatchObject({ code: 'ContactMissing' });
      const fresh = on.addContact('ann@example.com');
      expect(await persistently(on.session, record, { contact: old })).toMatchObject({ contact: fresh });
      expect(on.kept(record.reference)).toHaveLength(1);
    });

    it('blames the connection where the credentials are revoked midway', async () => {
      on.addContact('ann@example.com');
      await persistently(on.session, task());
      on.revoke();
      expect(await fault(persistently(on.session, task()))).toMatchObject({
        kind: 'connection',
        code: 'CredentialsRefused',
      });
    });

    it('blames the connection for a redirect, and follows none', async () => {
      on.addContact('ann@example.com');
      on.fake.next(mishaps.redirects('https://elsewhere.example/login'));
      expect(await fault(persistently(on.session, task()))).toMatchObject({
        kind: 'connection',
        code: 'Redirected',
        detail: expect.stringContaining('elsewhere.example'),
      });
    });

    it('tells what it knows of a contact', async () => {
      const { contact, context } = on.knownContact();
      expect(JSON.parse(JSON.stringify(await on.session.readContext!(contact)))).toEqual(context);
      on.removeContact(contact);
      expect(await fault(on.session.readContext!(contact))).toMatchObject({ kind: 'gone' });
    });

    it('passes its own test', async () => {
      expect((await on.session.test(true)).filter(({ ok }) => !ok)).toEqual([]);
    });
  });
};
