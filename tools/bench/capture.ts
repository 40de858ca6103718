import { migrations as captureMigrations } from '@throughline/capture';
import { migrations as feedMigrations } from '@throughline/feed';
import { migrations as identityMigrations } from '@throughline/identity';
import { migrations as ledgerMigrations } from '@throughline/ledger';
import { migrations as readModelMigrations } from '@throughline/read-model';
import { type Bench, callers, compete } from './bench.ts';
import { customerOf, interactionOf } from './events.ts';
import { rowOf } from './figures.ts';
import { serve } from './serve.ts';

const batch = 100;
const connections = 4;
const single = 32;
/** Nobody is known before: of a hundred interactions twenty are somebody's first. */
const customers = 100_000;
const names = {
  batch: `batches of ${batch}, ${connections} connections`,
  one: `one a request, ${single} connections`,
} as const;

/** Interactions over HTTP into a capture in a process of its own: read, checked, sealed, made one with who is known, stored durably. */
export const capture: Bench = async ({ installation, ...setting }) => {
  await installation.migrate({
    ledger: ledgerMigrations,
    feed: feedMigrations,
    read_model: readModelMigrations,
    identity: identityMigrations,
    capture: captureMigrations,
  });
  const served = await serve(installation, 'capture');
  let n = 0;
  const next = () => interactionOf((n += 1), customerOf(n, customers));
  const many = async (): Promise<number> => {
    const answer = await served.ask(
      'POST',
      '/v1/interactions:batch',
      JSON.stringify(Array.from({ length: batch }, next)),
    );
    const { counts } = JSON.parse(answer) as { counts: { captured: number } };
    if (counts.captured !== batch) throw new Error(`of ${batch} were captured ${answer.slice(0, 500)}`);
    return batch;
  };
  const one = async (): Promise<number> => {
    await served.ask('POST', '/v1/interactions', JSON.stringify(next()));
    return 1;
  };
  try {
    const slots = await compete(
      [
        { name: names.batch, run: (seconds) => callers(connections, seconds, many) },
        { name: names.one, run: (seconds) => callers(single, seconds, one) },
      ],
      setting,
    );
    const rows = Object.values(names).map((name) => rowOf(name, slots(name)));
    return {
      bench: 'capture',
      rows,
      ratios: {},
      targets: [{ name: `interactions a second in batches of ${batch}`, is: rows[0]!.perSecond, atLeast: 5_000 }],
    };
  } finally {
    await served.stop();
  }
};
