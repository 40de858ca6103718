import { describe, expect, it } from '@jest/globals';
import { Conflict, type Decision, fold, raced, Rejection, specOf, type Stream } from './index.ts';

type Door = 'open' | 'shut' | 'walled up';
type DoorEvent = { type: 'Opened' } | { type: 'Shut' } | { type: 'WalledUp' };

const door: Stream<Door, DoorEvent> = {
  initial: 'shut',
  evolve: (_, { type }) => {
    switch (type) {
      case 'Opened':
        return 'open';
      case 'Shut':
        return 'shut';
      case 'WalledUp':
        return 'walled up';
    }
  },
};

const open: Decision<Door, DoorEvent> = (state) => {
  if (state === 'walled up') throw new Rejection('DoorWalledUp');
  return state === 'open' ? [] : [{ type: 'Opened' }];
};
const slam: Decision<Door, DoorEvent> = () => [{ type: 'Shut' }];

const given = specOf(door);

describe('the spec language', () => {
  it('accepts a decision that yields its events once', () => given().when(open).yieldsOnce({ type: 'Opened' }));
  it('accepts no news', () => given({ type: 'Opened' }).when(open).yieldsNothing());
  it('accepts a rejection by its code', () => given({ type: 'WalledUp' }).when(open).isRejected('DoorWalledUp'));
  it('fails where a decision yields its news again', () =>
    expect(() => given({ type: 'Opened' }).when(slam).yieldsOnce({ type: 'Shut' })).toThrow(/news again/));
  it('fails where the events are others', () => expect(() => given().when(open).yields({ type: 'Shut' })).toThrow());
  it('fails where nothing was refused', () =>
    expect(() => given().when(open).isRejected('DoorWalledUp')).toThrow(/the decision was made/));
  it('fails where it was refused for another reason', () =>
    expect(() => given({ type: 'WalledUp' }).when(open).isRejected('DoorLocked')).toThrow());
});

describe('fold', () => {
  it('goes on from a state', () => expect(fold(door, [{ type: 'Shut' }], 'open')).toBe('shut'));
});

describe('what may lose a race', () => {
  const after = (...errors: Error[]) => {
    const left = [...errors];
    return async (): Promise<string> => {
      const error = left.shift();
      if (error) throw error;
      return 'done';
    };
  };
  const lost = (actual: number) => new Conflict('door-1', actual);

  it('is done again', async () => expect(await raced(after(lost(1), lost(2)))).toBe('done'));
  it('is given up after the last try', () => expect(raced(after(lost(1), lost(2)), 2)).rejects.toThrow(lost(2)));
  it('is not done again where something else went wrong', () =>
    expect(raced(after(new Rejection('DoorWalledUp')))).rejects.toThrow('DoorWalledUp'));
});
