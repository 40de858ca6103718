import { randomUUID } from 'node:crypto';
import { migrations, postgresLedger, verifyLedger } from '@throughline/ledger';
import { connect, migrate } from '@throughline/postgres';
import { crashUnderLoad } from '../../libs/ledger/src/conformance/drills.ts';
import type { OnServer, Verdict } from './drill.ts';

const processes = 3;
const writers = 24;
const least = 20;
const everyMinute = 4;

const breakConnections = `select count(pg_terminate_backend(pid, 5000)) as broken from pg_stat_activity
  where application_name like 'ledger%'`;

/**
 * What is acknowledged is stored, once and without holes, and the chain holds, while PostgreSQL is stopped at once and
 * its backends are killed in turn, and writers ask again what they have no answer to.
 */
export const ledger = async ({ urls, server, minutes, conversations, tell = () => {} }: OnServer): Promise<Verdict> => {
  const began = performance.now();
  const rounds = Math.max(least, Math.ceil(minutes * everyMinute));
  await migrate({ url: urls.owner, dir: migrations, schema: 'ledger' });
  const ledgers = await Promise.all(
    Array.from({ length: processes }, (_, nth) =>
      postgresLedger({ url: urls.service, tailUrl: urls.projector, writer: `drill ${nth + 1}` }),
    ),
  );
  const projector = connect({ url: urls.projector, application: 'drill' });
  let [stops, kills, broken] = [0, 0, 0];
  const kill = async () => {
    const superuser = connect({ url: server.superuser, application: 'drill' });
    const { rows } = await superuser.query<{ broken: bigint }>(breakConnections);
    await superuser.close();
    broken += Number(rows[0]!.broken);
    kills += 1;
  };
  const strike = async () => {
    if (stops > kills) await kill();
    else {
      await server.restart();
      stops += 1;
    }
    tell(`${stops} stops, ${kills} kills of ${broken} backends`);
  };
  try {
    const load = { tenant: `drill ${randomUUID()}`, writers, crashes: 2 * rounds };
    const between = Math.ceil(conversations / load.crashes);
    const faults = await crashUnderLoad(ledgers, strike, { ...load, between });
    const verdict = await verifyLedger(projector);
    const proof = verdict.ok ? `the chain holds from 1 to ${verdict.to}` : `${verdict.position}: ${verdict.reason}`;
    const unproven = verdict.ok ? 0 : 1;
    const seconds = Math.round((performance.now() - began) / 1_000);
    return { faults: { ...faults, unproven }, beside: { stops, kills, broken, verify: proof, seconds } };
  } finally {
    await Promise.all([...ledgers, projector].map((one) => one.close()));
  }
};
