import { describe, expect, it } from '@jest/globals';
import { sampleOf } from '../test/samples.ts';
import { parserWith } from './envelope.ts';
import { UnknownEvent } from './index.ts';
import type { Data, Upcaster, Upcasters } from './upcast.ts';

/** How an event might go on: from version 2 on a session ends for a reason, in version 3 with the one who ended it. */
const toSecond: Upcaster = ({ by, ...data }) => ({ ...data, reason: by });
const toThird: Upcaster = ({ reason, ...data }) => ({ ...data, ended: { reason, automatic: reason !== 'person' } });
const builds: readonly Upcasters[] = [{}, { SessionEnded: [toSecond] }, { SessionEnded: [toSecond, toThird] }];

const { stored } = sampleOf('SessionEnded', 1);
const seals = [{ k: ['k1'], f: ['/outcome'], b: 'AAAA' }];

/** A fact as a build stored it. */
const storedBy = (build: number, session: number) => {
  const first = { ...stored.data, session } as Data;
  const data = [toSecond, toThird].slice(0, build - 1).reduce((before, step) => step(before), first);
  return {
    type: 'SessionEnded',
    data: JSON.stringify({ ...data, sealed: seals }),
    meta: JSON.stringify({ actor: 'bo', schema: build }),
  };
};

const heardBy = (build: number, log: readonly ReturnType<typeof storedBy>[]) =>
  log.map((one) => parserWith(builds[build - 1]!)(one).data as Data);

describe('an event whose schema went on twice', () => {
  it('is heard alike whichever version it was stored in', () => {
    const [first, ...others] = heardBy(3, [storedBy(1, 7), storedBy(2, 7), storedBy(3, 7)]);
    const { by } = stored.data as { by?: string };
    expect(first).toMatchObject({ session: 7, ended: { reason: by, automatic: by !== 'person' } });
    expect(first).not.toHaveProperty('by');
    expect(others).toEqual([first, first]);
  });

  it('46. gives a projection made anew what it gave to one that lived through all versions', () => {
    const rowOf = ({ session, ...data }: Data) => [session, JSON.stringify(data)] as const;
    const log = [1, 1, 2, 2, 3, 3].map((build, nth) => storedBy(build, nth + 1));
    // Each build hears its own part; a new version of a projection begins with the rows of the one before, upcast.
    const atFirst = heardBy(1, log.slice(0, 2));
    const later = [...atFirst.map(toSecond), ...heardBy(2, log.slice(2, 4))];
    const lived = new Map([...later.map(toThird), ...heardBy(3, log.slice(4))].map(rowOf));
    expect(new Map(heardBy(3, log).map(rowOf))).toEqual(lived);
    expect(lived.size).toBe(6);
  });

  it('keeps its seals, and its version as it was stored', () => {
    const { seals: kept, meta } = parserWith(builds[2]!)(storedBy(1, 1));
    expect(kept).toEqual(seals);
    expect(meta.schema).toBe(1);
  });

  it('is never read by a build that is older', () => {
    expect(() => heardBy(1, [storedBy(2, 1)])).toThrow(UnknownEvent);
    expect(() => heardBy(2, [storedBy(3, 1)])).toThrow('SessionEnded of schema version 3, known up to 2');
  });
});
