import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { signCheckpoint } from '@throughline/ledger';
import type { Database } from '@throughline/postgres';
import { signingKey } from '@throughline/privacy';
import { temporaryFolder } from '@throughline/testing';
import { checkpointJson } from './checkpoint.ts';
import { Notary } from './notary.ts';

const [ledger, hash] = ['a'.repeat(64), 'b'.repeat(64)];
/** What its forks tell to be given up. */
let forks: readonly { after: bigint }[] = [];
// Answers whatever is asked: the ledger holds all that was signed, and goes on to 9.
const answers: Readonly<Record<string, (values: readonly bigint[]) => readonly object[]>> = {
  'ledger.proof.now at': (values) => [{ ledger, head: 9n, hashes: values.map(() => hash) }],
  'ledger.proof.tip of ledger': () => [{ ledger, epoch: 1, position: 9n, hash }],
  'ledger.proof.given up after': () => forks,
};
const db = {
  query: async ({ name, values }: { name: string; values?: [readonly bigint[]] }) => ({
    rows: answers[name]!(values?.[0] ?? []),
  }),
} as unknown as Pick<Database, 'query'>;

/** Checkpoints at these positions are kept. */
const notaryOf = async (...positions: readonly bigint[]) => {
  const [folder, key] = [await temporaryFolder(), join(await temporaryFolder(), 'key.pem')];
  const notary = new Notary({ key, folder, mayCreate: true, every: 300 }, { db, now: () => new Date() });
  const fileOf = (position: bigint) => join(folder, `${String(position).padStart(20, '0')}-b.json`);
  const keep = async (position: bigint) => {
    const signed = signCheckpoint({ ledger, epoch: 1, position, hash, at: '2026-05-04T09:30:00.000Z' }, signingKey(key, false)); // prettier-ignore
    await writeFile(fileOf(position), checkpointJson(signed));
  };
  for (const position of positions) await keep(position);
  return { notary, fileOf, keep };
};

it('reads no more of what was signed than it is asked for, the newest first', async () => {
  const { notary, fileOf } = await notaryOf(1n, 2n, 5n, 10n);
  await writeFile(fileOf(1n), 'broken');
  const seen: bigint[] = [];
  for await (const { position } of notary.kept(10n)) {
    seen.push(position);
    if (position === 2n) break;
  }
  expect(seen).toEqual([5n, 2n]);
  await expect(Array.fromAsync(notary.kept())).rejects.toMatchObject({ code: 'CheckpointForeign' });
});

it('holds the ledger against all that was signed, and takes nothing that was not', async () => {
  const { notary, fileOf } = await notaryOf(1n, 5n, 9n);
  expect(await notary.fault()).toBeUndefined();
  const beyond = await notaryOf(1n, 10n, 12n);
  expect(await beyond.notary.fault()).toMatchObject({ position: 10n });
  await writeFile(fileOf(10n), (await readFile(fileOf(9n), 'utf8')).replace('"position": 9', '"position": 10'));
  await expect(notary.fault()).rejects.toMatchObject({ code: 'CheckpointForeign' });
});

it('tells that the ledger was brought back, also where what it is now was signed in its time', async () => {
  const { notary, keep } = await notaryOf(5n);
  expect(await notary.sign()).toMatchObject({ position: 9n });
  expect(await notary.sign()).toMatchObject({ position: 9n });
  expect(await notary.contradiction()).toBeUndefined();
  await keep(12n);
  expect(await notary.contradiction()).toMatch(/the ledger ends at 9, and reached to 12/);
  await expect(notary.sign()).rejects.toMatchObject({
    code: 'CheckpointContradicted',
    detail: expect.stringMatching(/the ledger ends at 9, and reached to 12 .*throughline ledger restored/),
  });
  // Once it is known nobody has to say it.
  forks = [{ after: 8n }];
  await expect(notary.sign()).rejects.toMatchObject({
    code: 'CheckpointContradicted',
    detail: expect.stringMatching(/goes on in another fork after 8(?!.*throughline ledger restored).*0{18}12-b\.json/),
  });
});
