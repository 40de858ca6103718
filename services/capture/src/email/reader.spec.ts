import { afterAll, describe, expect, it } from '@jest/globals';
import { mailOf } from '../../test/fixture.ts';
import { MailReader } from './reader.ts';

const reader = new MailReader();
const short = () => mailOf({ Subject: 'short' });
const long = () => mailOf({ Subject: 'long' }, 'a line of a long mail\r\n'.repeat(6_000));
const hurtful = () => mailOf({}, 'x\n'.repeat(600_000));

describe('a reader of mails', () => {
  afterAll(() => reader.close());

  it('reads a long one on a thread, with the same result', async () => {
    const mail = await reader.read(long());
    expect(mail.subject).toBe('long');
    expect(mail.text.startsWith('a line of a long mail\n')).toBe(true);
  });
  it('answers short ones while a long one is read', async () => {
    const order: string[] = [];
    const slow = reader.read(long()).then(() => order.push('long'));
    await reader.read(short()).then(() => order.push('short'));
    await slow;
    expect(order).toEqual(['short', 'long']);
  });
  it('says why one cannot be read, and reads the next', async () => {
    await expect(reader.read(hurtful())).rejects.toMatchObject({
      name: 'Unreadable',
      reason: 'has more than 500 000 lines',
    });
    expect((await reader.read(long())).subject).toBe('long');
  });
  it.each([
    ['memory', { heapMb: 8 }, 'takes too much memory to read'],
    ['time', { milliseconds: 1 }, 'takes too long to read'],
  ])('gives up one that takes too much %s, and lives', async (_, limits, reason) => {
    const narrow = new MailReader(limits);
    await expect(narrow.read(mailOf({}, 'a line\n'.repeat(400_000)))).rejects.toMatchObject({ reason });
    await expect(narrow.read(mailOf({}, 'a line\n'.repeat(400_000)))).rejects.toMatchObject({ reason });
    expect((await narrow.read(short())).subject).toBe('short');
    await narrow.close();
  });
  it('takes nothing more once it is closed, and what it was reading is to be sent again', async () => {
    const closing = new MailReader();
    await closing.read(long());
    const reading = closing.read(mailOf({}, 'a line\n'.repeat(400_000)));
    const waiting = closing.read(long());
    const outcomes = Promise.allSettled([reading, waiting]);
    await closing.close();
    expect(await outcomes).toMatchObject([{ reason: { code: 'Stopping' } }, { reason: { code: 'Stopping' } }]);
  });
  it('takes only so many bytes at a time', async () => {
    const narrow = new MailReader({ bytesWaiting: 2 * long().length });
    const reading = [long(), long(), long()].map((mail) => narrow.read(mail));
    await expect(reading[2]).rejects.toMatchObject({ code: 'Busy', retryAfter: 5 });
    expect((await Promise.all(reading.slice(0, 2))).map(({ subject }) => subject)).toEqual(['long', 'long']);
    expect((await narrow.read(long())).subject).toBe('long');
    await narrow.close();
  });
});
