import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '@throughline/testing';
import { type KeyId, openKeyStore } from './index.ts';

const docs = readFileSync(new URL('../../../docs/recovery.md', import.meta.url), 'utf8');
/** The command that the documents give. */
const documented = /```sh\n([^`]*vacuum into[^`]*)```/.exec(docs)![1]!;
const run = promisify(execFile);

const folder = await temporaryFolder();
const place = { url: `file:${folder}/keys/keys.sqlite`, kek: join(folder, 'kek') };
const path = join(folder, 'keys', 'keys.sqlite');

const copyTo = (copy: string) =>
  run('sh', ['-ec', documented], {
    env: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, KEYS: path, COPY: copy },
  });

const idOf = () => `${randomUUID()}/2026Q4`;

/** A key as the store's file has it. */
const materialOf = (id: KeyId): Uint8Array => {
  const db = new DatabaseSync(path);
  try {
    return db.prepare('select material from key where id = ?').get(id)!['material'] as Uint8Array;
  } finally {
    db.close();
  }
};

/** Makes keys one after the other until it is told to end; answers them as they were made, by id. */
const writer = (store: Awaited<ReturnType<typeof openKeyStore>>) => {
  const made = new Map<KeyId, string>();
  let ending = false;
  const writing = (async () => {
    while (!ending) for (const [id, key] of await store.keys('default', [idOf(), idOf()])) made.set(id, key.export().toString('hex')); // prettier-ignore
  })();
  const end = async () => {
    ending = true;
    await writing;
  };
  return { made, end };
};

describe('a copy of keys that are written meanwhile, as it is documented', () => {
  it('is whole as of one moment, and holds nothing that was destroyed by then', async () => {
    const store = await openKeyStore(place);
    const gone = idOf();
    await store.keys('default', [gone]);
    const material = materialOf(gone);
    await store.erase('default', [gone.split('/')[0]!], [gone]);
    await store.keys('default', Array.from({ length: 20_000 }, idOf));
    const { made, end } = writer(store);
    await store.keys('default', [idOf()]);
    const before = new Map(made);
    const copy = join(folder, 'copy', 'keys.sqlite');
    await expect(copyTo(copy)).rejects.toMatchObject({ stderr: expect.stringContaining('unable to open') });
    await run('mkdir', [dirname(copy)]);
    await copyTo(copy);
    await end();
    store.close();
    expect(made.size).toBeGreaterThan(before.size);
    expect([readdirSync(dirname(copy)), statSync(copy).mode & 0o777]).toEqual([['keys.sqlite'], 0o600]);
    expect(readFileSync(copy).includes(Buffer.from(material))).toBe(false);
    await expect(copyTo(copy)).rejects.toMatchObject({ stderr: expect.stringContaining('already exists') });

    const copied = await openKeyStore({ url: `file:${copy}`, kek: place.kek });
    const found = await copied.find('default', [...made.keys()]);
    const bytes = new Map([...found].map(([id, key]) => [id, key.export().toString('hex')]));
    for (const [id, key] of before) expect(bytes.get(id)).toBe(key);
    // In the order in which they were made, up to where it began.
    expect([...made].slice(0, bytes.size)).toEqual([...made.keys()].slice(0, bytes.size).map((id) => [id, bytes.get(id)])); // prettier-ignore
    expect([copied.id, copied.isErased('default', gone.split('/')[0]!)]).toEqual([store.id, true]);
    expect(await copied.destroyed('default', [gone])).toEqual(new Set([gone]));
    copied.close();
  }, 120_000);
});
