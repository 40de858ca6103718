import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { streamOf } from '@throughline/contracts';
import { type Ledger, migrations, postgresLedger } from '@throughline/ledger';
import { postgres, type TestDatabase } from '@throughline/testing';
import { type World, world } from '../test/world.ts';
import { ask } from './ask.ts';
import { Router } from './router.ts';
import { type TeamEvent, teams, type TeamState } from './team/team.ts';

const at = '2026-05-04T09:30:00Z';

let on: World;
const servers: { readonly database: TestDatabase; readonly ledger: Ledger }[] = [];
beforeAll(async () => {
  on = await world();
  for (let nth = 0; nth < 2; nth += 1) {
    const database = await postgres({ ledger: migrations });
    const { service: url, projector: tailUrl } = database;
    servers.push({ database, ledger: await postgresLedger({ url, tailUrl, writer: 'spec' }) });
  }
});
afterAll(async () => {
  for (const { ledger, database } of servers) {
    await ledger.close();
    await database.drop();
  }
  await on.close();
});

it('55 is nothing of a future that a failover gave up, whether the ledger has gone past it since or not', async () => {
  const [primary, replica] = servers.map(({ ledger }) => ledger) as [Ledger, Ledger];
  let now = primary;
  const ledger: ConstructorParameters<typeof Router>[0]['ledger'] = {
    append: (commands) => now.append(commands),
    readAll: (...asked) => now.readAll(...asked),
    head: () => now.head(),
    forkAt: (position) => now.forkAt(position),
  };
  const router = new Router({ ledger, db: on.projectorDb });

  /** Defines a team anew, and answers what that was decided on. */
  const define = async (team: string, waits: string, by = router): Promise<string | undefined> => {
    let seen: string | undefined;
    const asked = ask<TeamState, TeamEvent>({
      tenant: on.tenant,
      stream: streamOf.team(team),
      noun: teams,
      hears: ['TeamDefined'],
      decide: ({ definition }) => {
        seen = definition?.waits;
        return [{ type: 'TeamDefined', data: { team, waits } }];
      },
      idOf: () => randomUUID(),
      cause: { id: randomUUID(), correlation: randomUUID() },
      at,
      actor: 'spec',
    });
    await by.ask(on.tenant, async () => [asked], { at, heard: 0 });
    return seen;
  };
  const [first, lost, instead] = ['PT1H', 'PT2H', 'PT3H'] as const;
  await define('team', first);
  // The replica has what was there so far.
  for (const { tenant, stream, id, type, occurredAt, data, meta } of await primary.tail(0n, { limit: 10 }))
    await replica.append([{ tenant, stream, expected: 'any', events: [{ id, type, occurredAt, data, meta }] }]);
  expect(await define('team', lost)).toBe(first);

  now = replica;
  // The stream is shorter than it was.
  expect(await define('team', instead)).toBe(first);
  now = primary;
  expect(await define('team', first)).toBe(lost);
  now = replica;
  // Another one has gone on with it.
  expect(await define('team', lost, new Router({ ledger, db: on.projectorDb }))).toBe(instead);
  expect(await define('team', instead)).toBe(lost);
}, 60_000);
