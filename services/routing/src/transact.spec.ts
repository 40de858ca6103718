import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type DataOf, metaText, streamOf } from '@throughline/contracts';
import { type Ledger, memoryLedger } from '@throughline/ledger';
import { memoryKeyStore, Vault } from '@throughline/privacy';
import { define, type TeamEvent, teams, type TeamState } from './team/team.ts';
import { transact } from './transact.ts';

const [tenant, team] = ['default', 'support'];
const stream = streamOf.team(team);

describe('a decision by hand', () => {
  it('comes through on a stream that grows while the whole of it is read', async () => {
    const kept = memoryLedger();
    const turn = async () => {
      const data: DataOf<'TurnTaken'> = {
        team, matter: randomUUID(), entry: 1, agent: randomUUID(), by: 'team', available: 1, waiting: 1, alternatives: [],
      }; // prettier-ignore
      const meta = metaText('TurnTaken', { actor: 'spec' });
      const event = { id: randomUUID(), type: 'TurnTaken', occurredAt: '2026-05-04T09:00:00Z', data: JSON.stringify(data), meta }; // prettier-ignore
      await kept.append([{ tenant, stream, expected: 'any', events: [event] }]);
    };
    const read: Ledger['read'] = async (of, one, options) => {
      const events = await kept.read(of, one, options);
      if ((options?.fromVersion ?? 1) === 1) await turn();
      return events;
    };
    const ledger = Object.assign(Object.create(kept) as Ledger, { read });
    const keys = memoryKeyStore();
    await turn();
    const told = await transact<TeamState, TeamEvent>(
      { ledger, keys, vault: new Vault(keys) },
      {
        tenant, stream, noun: teams, hears: ['TeamDefined', 'TeamRemoved'], decide: define({ team, waits: 'PT1H' }),
        id: randomUUID(), actor: 'spec',
      }, // prettier-ignore
    );
    expect(told).toMatchObject({ position: 3n });
    keys.close();
  });
});
