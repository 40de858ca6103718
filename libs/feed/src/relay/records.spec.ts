import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventAt } from '../../test/events.ts';
import type { KafkaRecord } from '../kafka/driver.ts';
import { decode } from '../kafka/message.ts';
import type { Place } from './place.ts';
import { recordsOf } from './records.ts';

const partitions = 5;
const nowhere: Place = {
  relayed: 0n,
  tails: Array.from({ length: partitions }, () => 0n),
  mark: undefined,
  forks: [],
};
const under = { term: 3, forkOf: () => ({ epoch: 1, id: null }) };

const anyEvents = fc
  .array(fc.record({ stream: fc.nat(30).map((n) => `s-${n}`), length: fc.nat(400) }), { minLength: 1, maxLength: 60 })
  .map((those) => those.map(({ stream, length }, at) => eventAt(at + 1, stream, { data: `"${'x'.repeat(length)}"` })));

const sentOf = (record: KafkaRecord) => {
  const message = decode(record);
  if (message.is === 'foreign') throw new Error(message.reason);
  const position = message.is === 'event' ? message.event.position : message.position;
  return { position, ...message.sent };
};

describe('the records of a page', () => {
  it('name the one before them in their partition, and in the ledger', () => {
    const events = Array.from({ length: 40 }, (_, at) => eventAt(at + 1, `s-${at % 7}`));
    const { records, to } = recordsOf(nowhere, events, under);
    const last = new Map<number, bigint>();
    records.forEach((record, at) => {
      const { position, prev, ledgerPrev } = sentOf(record);
      expect({ position, ledgerPrev }).toEqual({ position: BigInt(at + 1), ledgerPrev: BigInt(at) });
      expect(prev).toBe(last.get(record.partition) ?? 0n);
      last.set(record.partition, position);
    });
    expect(to.relayed).toBe(40n);
    expect(to.tails).toEqual(nowhere.tails.map((_, partition) => last.get(partition) ?? 0n));
  });

  it('are the same however the ledger is cut into pages', () =>
    fc.assert(
      fc.property(anyEvents, fc.nat(60), (events, cut) => {
        const whole = recordsOf(nowhere, events, under);
        const first = recordsOf(nowhere, events.slice(0, cut), under);
        const rest = recordsOf(first.to, events.slice(cut), under);
        expect([...first.records, ...rest.records]).toEqual(whole.records);
        expect(rest.to).toEqual(whole.to);
      }),
    ));

  it('bear the fork of each', () => {
    const events = [eventAt(1, 's'), eventAt(2, 's')];
    const { records } = recordsOf(nowhere, events, {
      term: 3,
      forkOf: (position) => ({ epoch: position === 1n ? 1 : 2, id: null }),
    });
    expect(records.map((record) => sentOf(record).fork.epoch)).toEqual([1, 2]);
  });
});
