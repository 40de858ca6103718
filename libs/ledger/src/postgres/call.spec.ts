import { describe, expect, it } from '@jest/globals';
import { sound } from '../command.ts';
import { command, event, events } from '../conformance/world.ts';
import type { Outcome } from '../ledger.ts';
import { claimOf, outcomesOf, owned, valuesOf } from './call.ts';

const many = [
  command('one', 's', { events: events(2), sealedUnder: ['k1', 'k2'] }),
  command('two', 't', { expected: 'exists', events: [], checkpoint: { consumer: 'c', from: 1n, to: 2n ** 60n } }),
  command('one', 'u', { expected: 3, destroys: ['k3'] }),
].map(sound);

describe('the values of a call', () => {
  it('say of each event, key and checkpoint to which command it belongs', () => {
    const values = valuesOf('writer', 'flush', many);
    expect(values.slice(0, 6)).toEqual([
      'writer',
      'flush',
      'one\u001etwo\u001eone',
      's\u001et\u001eu',
      '{-1,-2,3}',
      '{1,1,3}',
    ]);
    expect(values.slice(12)).toEqual(['{1,1}', 'k1\u001ek2', '{3}', 'k3', '{2}', 'c', '{1}', `{${2n ** 60n}}`]);
    const ids = many.flatMap((one) => one.events.map(({ id }) => id));
    expect(values[6]).toBe(ids.join('\u001e'));
  });

  it('leave expectations out where there are none', () =>
    expect(valuesOf('writer', 'flush', [many[0]!])[4]).toBeNull());
});

describe('the outcomes of a call', () => {
  it('count positions and versions over what was stored', () => {
    const refused = [{ nth: 2, is: 'CheckpointMoved', position: '7' }] as const;
    expect(outcomesOf({ head: '9007199254740993', versions: '1,2,4', refused }, many)).toEqual([
      { is: 'appended', positions: [9007199254740994n, 9007199254740995n], versions: [1, 2] },
      { is: 'refused', reason: 'CheckpointMoved', position: 7n },
      { is: 'appended', positions: [9007199254740996n], versions: [4] },
    ]);
  });

  it('are the caller’s own where the first try had stored them, and nobody else’s', () => {
    const duplicate = (...positions: bigint[]): Outcome => ({
      is: 'duplicate',
      positions,
      versions: positions.map(() => 1),
    });
    const outcomes = [duplicate(4n), duplicate(5n, 7n), duplicate(7n, 8n), duplicate(8n)];
    expect(owned(outcomes, { first: 5n, last: 7n }).map(({ is }) => is)).toEqual(
      ['duplicate', 'appended', 'duplicate', 'duplicate'], // prettier-ignore
    );
  });
});

describe('the claim of a command', () => {
  it('keeps apart what would decide about each other', () => {
    const claims = many.map(claimOf);
    expect(claims.map(({ line, alone, last }) => [line, alone, last])).toEqual([
      ['one\u001es', false, false],
      ['two\u001et', true, false],
      ['one\u001eu', true, true],
    ]);
    expect(claims[0]!.names).toEqual(many[0]!.events.map(({ id }) => id));
    expect(claims[1]!.names).toEqual(['consumer\u001ec']);
  });

  it('weighs what travels', () => {
    const bytesOf = (data: string) => claimOf(sound(command('t', 's', { events: [event({ data })] }))).bytes;
    expect(bytesOf(JSON.stringify('ü'.repeat(1_000))) - bytesOf(JSON.stringify('u'.repeat(1_000)))).toBe(1_000);
  });
});
