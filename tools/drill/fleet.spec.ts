import { expect, it } from '@jest/globals';
import { describeUnless, kafkaOrWhyNot } from '@throughline/testing';
import { isClean } from './drill.ts';
import { fleet } from './fleet.ts';

const tell = process.env.DRILL_TELL ? (line: string) => void process.stderr.write(`${line}\n`) : undefined;

// Whether there can be a broker at all: the drill has one of its own, to be killed.
const { reason } = await kafkaOrWhyNot();

describeUnless(reason)('a fleet whose processes, broker and database are killed and frozen under load', () => {
  it('loses nothing, doubles nothing, and projects what a fold from the first event comes to', async () => {
    const verdict = await fleet({ urls: { owner: '', service: '', projector: '' }, minutes: 0.5, conversations: 60, tell }); // prettier-ignore
    const { byInbox } = verdict.beside as { byInbox: { acked: number; refused: number } };
    expect(Math.min(byInbox.acked, byInbox.refused)).toBeGreaterThan(0);
    expect(verdict.faults).toEqual({
      acked: 240 + byInbox.acked,
      stored: 240 + byInbox.acked,
      lost: 0,
      doubled: 0,
      holes: 0,
      disordered: 0,
      parked: 0,
      different: 0,
    });
    expect(isClean(verdict)).toBe(true);
    const { struck } = verdict.beside as { struck: Record<string, number> };
    for (const blow of [
      'the broker killed',
      'the database killed',
      'relay 1 killed',
      'timeline 2 frozen',
      'timeline 3 killed',
    ])
      // prettier-ignore
      expect(struck[blow]).toBeGreaterThanOrEqual(1);
  }, 900_000);
});
