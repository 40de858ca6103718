import { randomUUID } from 'node:crypto';
import { eventually, postgres, standIn, type StandIn, type TestDatabase } from '@throughline/testing';
import { eventStoreLedger } from '../event-store-db.ts';
import type { Ledger } from '../ledger.ts';
import { migrations } from '../postgres.ts';
import type { Faults, Subject } from './world.ts';

const noTransactions = 'its clients have no transactions on the server';
const milliseconds =
  'the server stamps events to the millisecond, by its clock: instants name no place, and order nothing';

/** What means nothing for EventStoreDB, or cannot be had there, and why. */
export const absentInEventStoreDb: Readonly<Record<number, string>> = {
  10: noTransactions,
  11: 'an append waits for no lock there',
  21: noTransactions,
  22: noTransactions,
  23: noTransactions,
  45: milliseconds,
  51: "a consumer's checkpoint is in PostgreSQL, and cannot move with events: reactors name what they append by its cause",
  52: milliseconds,
};

/** What cannot be done to a real server here, beside that. */
export const absentOnRealServer: Readonly<Record<number, string>> = {
  ...absentInEventStoreDb,
  8: 'nobody breaks the connections of a server that is not ours',
  27: 'nobody loses the answers of a server that is not ours',
  33: 'nobody stops a server that is not ours',
};

export const open = ({ projector }: Pick<TestDatabase, 'projector'>, url: string): Promise<Ledger> =>
  eventStoreLedger({
    url,
    factsUrl: projector,
    writer: `spec ${randomUUID().slice(0, 8)}`,
    // However slow the machine is.
    limits: { patience: 600_000 },
  });

const subjectOn = async (url: string, faults: Partial<Faults>, close: () => Promise<void>): Promise<Subject> => {
  const database = await postgres({ ledger: migrations });
  const opened: Ledger[] = [];
  const another = async () => {
    const ledger = await open(database, url);
    opened.push(ledger);
    return ledger;
  };
  return {
    // One that was just started may take a while.
    ledger: await eventually(another, { within: 50_000 }),
    another,
    faults,
    close: async () => {
      await Promise.all(opened.map((ledger) => ledger.close()));
      await database.drop();
      await close();
    },
  };
};

/** A stand-in of its own, with what may befall it. */
export const onStandIn = async (): Promise<Subject & { readonly server: StandIn }> => {
  const server = await standIn();
  const { breakConnections, loseNextAnswer, delayNextAppend, crash } = server;
  const faults = { breakConnections, loseNextAnswer, delayNextAppend, crash };
  return { ...(await subjectOn(server.url, faults, server.close)), server };
};

/** A real server. */
export const onRealServer = (url: string, drop: () => Promise<void>): Promise<Subject> => subjectOn(url, {}, drop);
