/** For specs: a broker in memory, with topics, groups and one holder a group, whose deliveries can be tampered with. */
import { setImmediate as turn } from 'node:timers/promises';
import type { KafkaDriver, KafkaRecord, Readings, ReadRecord } from '../src/kafka/driver.ts';

/** What it takes from a partition and hands to a reader instead. */
export type Tamper = (records: readonly ReadRecord[]) => readonly ReadRecord[];

type Member = { readonly readings: Readings; offsets: Map<number, bigint>; holds: boolean; closed: boolean };

/** A broker, and what a spec does to it. */
export type MemoryKafka = Pick<KafkaDriver, 'read'> & {
  readonly send: (records: readonly KafkaRecord[]) => Promise<void>;
  /** Removes what lies before these offsets, as retention does. */
  forget(): void;
  /** Nobody is a member any more, until {@link back}. */
  away(): void;
  back(): void;
  committed(group: string, partition: number): bigint | undefined;
  tamper: Tamper;
};

const most = 100;

export const memoryKafka = (partitions: number): MemoryKafka => {
  const lines: ReadRecord[][] = Array.from({ length: partitions }, () => []);
  const lows = lines.map(() => 0n);
  const committed = new Map<string, bigint>();
  const members = new Set<Member>();
  let isAway = false;
  const all = lines.map((_, partition) => partition);

  const startOf = ({ group }: Readings, partition: number): bigint =>
    committed.get(`${group} ${partition}`) ?? lows[partition]!;

  const assignTo = (member: Member, holds: boolean) => {
    member.holds = holds;
    member.offsets = new Map(all.map((partition) => [partition, startOf(member.readings, partition)]));
    member.readings.assigned(holds ? all : []);
    if (holds) for (const partition of all) void deliver(member, partition, member.offsets);
  };
  const revoke = (member: Member) => {
    member.holds = false;
    member.offsets = new Map();
    member.readings.revoked();
  };
  const rebalance = (group: string) => {
    const those = [...members].filter(({ readings }) => readings.group === group);
    those.forEach(revoke);
    if (!isAway) those.forEach((member, at) => assignTo(member, at === those.length - 1));
  };

  const deliver = async (member: Member, partition: number, mine: Map<number, bigint>): Promise<void> => {
    while (member.offsets === mine && !member.closed) {
      const from = mine.get(partition)! > lows[partition]! ? mine.get(partition)! : lows[partition]!;
      const records = lines[partition]!.filter(({ offset }) => offset >= from).slice(0, most);
      await turn();
      if (records.length === 0 || member.offsets !== mine) continue;
      try {
        await member.readings.read(partition, broker.tamper(records), BigInt(lines[partition]!.length));
        mine.set(partition, records.at(-1)!.offset + 1n);
      } catch (error) {
        member.readings.failed(error as Error);
      }
    }
  };

  const broker: MemoryKafka = {
    tamper: (records) => records,
    send: async (records) => {
      for (const record of records) {
        const line = lines[record.partition]!;
        line.push({ ...record, offset: BigInt(line.length) });
      }
    },
    read: async (readings) => {
      const member: Member = { readings, offsets: new Map(), holds: false, closed: false };
      members.add(member);
      setImmediate(() => rebalance(readings.group));
      return {
        commit: async (partition, offset) => void committed.set(`${readings.group} ${partition}`, offset),
        close: async () => {
          member.closed = true;
          members.delete(member);
          rebalance(readings.group);
        },
      };
    },
    forget: () => lines.forEach((line, partition) => (lows[partition] = BigInt(line.length))),
    away: () => {
      isAway = true;
      new Set([...members].map(({ readings }) => readings.group)).forEach(rebalance);
    },
    back: () => {
      isAway = false;
      new Set([...members].map(({ readings }) => readings.group)).forEach(rebalance);
    },
    committed: (group, partition) => committed.get(`${group} ${partition}`),
  };
  return broker;
};
