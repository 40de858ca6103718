import { afterEach, describe, expect, it } from '@jest/globals';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { keyRows } from './key-rows.ts';
import { keysInRows } from './keys-in-rows.ts';
import {
  KeyDestroyed,
  keyId,
  type KeyStore,
  type KeyStoreOptions,
  KeyStoreUnusable,
  memoryKeyStore,
  openKeyStore,
  quarterOf,
} from './index.ts';
import { memoryStore, openStoreFile } from './store-file.ts';

const folders: string[] = [];
const opened: KeyStore[] = [];

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const newPlace = (): KeyStoreOptions & { folder: string; path: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  folders.push(folder);
  const path = join(folder, 'keys', 'keys.sqlite');
  return { folder, path, url: `file:${path}`, kek: join(folder, 'kek') };
};

const open = async (place: KeyStoreOptions): Promise<KeyStore> => {
  const store = await openKeyStore(place);
  opened.push(store);
  return store;
};

const closed = async (place: KeyStoreOptions, use: (store: KeyStore) => unknown = () => {}): Promise<void> => {
  const store = await openKeyStore(place);
  await use(store);
  store.close();
};

const [ann, bo] = ['ann/2026Q4', 'bo/2026Q4'];
const bytesOf = async (store: KeyStore, tenant: string, id: string) =>
  (await store.keys(tenant, [id])).get(id)!.export().toString('hex');

describe('a key', () => {
  it('is the same after a new start, and another for another tenant, owner or quarter', async () => {
    const place = newPlace();
    const first = await open(place);
    const bytes = await bytesOf(first, 'default', ann);
    const again = await open(place);
    expect(await bytesOf(again, 'default', ann)).toBe(bytes);
    const others = [
      await bytesOf(again, 'other', ann),
      await bytesOf(again, 'default', bo),
      await bytesOf(again, 'default', 'ann/2027Q1'),
    ];
    expect(new Set([bytes, ...others]).size).toBe(4);
  });

  it('is found only where it exists', async () => {
    const store = memoryKeyStore();
    await store.keys('default', [ann]);
    expect([...(await store.find('default', [ann, bo])).keys()]).toEqual([ann]);
    expect((await store.find('other', [ann])).size).toBe(0);
    expect(await store.find('default', [])).toEqual(new Map());
  });

  it('is known by its owner', async () => {
    const store = memoryKeyStore();
    await store.keys('default', ['ann/2026Q4', 'ann/2027Q1', 'anna/2026Q4', 'an/2026Q4']);
    expect(await store.ownedBy('default', 'ann')).toEqual(['ann/2026Q4', 'ann/2027Q1']);
  });

  it('is known by its quarter, by an index that a store of before is given', async () => {
    const place = newPlace();
    const ids = ['a/2026Q4', 'b/2025Q1', 'c/2026Q4', 'd/2024Q3'];
    await closed(place, (store) => store.keys('default', ids));
    const db = new DatabaseSync(place.path);
    db.exec('drop index key_quarter');
    db.close();
    const store = await open(place);
    await store.destroy('default', ['d/2024Q3']);
    expect(await store.quarters('default')).toEqual(['2025Q1', '2026Q4']);
    expect(await store.sealedIn('default', '2026Q4', '', 1)).toEqual(['a/2026Q4']);
    expect(await store.sealedIn('default', '2026Q4', 'a/2026Q4', 9)).toEqual(['c/2026Q4']);
    expect(await store.quarters('other')).toEqual([]);
  });

  it('is one for two processes that make it at once', async () => {
    const place = newPlace();
    const [one, two] = [await open(place), await open(place)];
    const [a, b] = await Promise.all([bytesOf(one, 'default', ann), bytesOf(two, 'default', ann)]);
    expect(a).toBe(b);
  });

  it('is of the quarter of the clock, in UTC', () => {
    expect(quarterOf(new Date('2026-03-31T23:59:59.999Z'))).toBe('2026Q1');
    expect(quarterOf(new Date('2026-04-01T00:00:00Z'))).toBe('2026Q2');
    expect(quarterOf(new Date('2026-12-31T23:59:59Z'))).toBe('2026Q4');
    expect(keyId('ann', '2026Q4')).toBe(ann);
  });
});

describe('keys that many ask for at once', () => {
  it('are made in one commit', async () => {
    const { db, keks } = memoryStore();
    const rows = keyRows(db, keks);
    let commits = 0;
    const counted = { ...rows, make: (wanted: Parameters<typeof rows.make>[0]) => ((commits += 1), rows.make(wanted)) };
    const store = keysInRows(counted, 'id', 1_000);
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, n) => store.keys(n % 2 ? 'default' : 'other', [`p${n}/2026Q4`, ann])),
    );
    expect(commits).toBe(1);
    expect(all.every((keys) => keys.size === 2)).toBe(true);
    await store.keys('default', ['p1/2026Q4', ann]);
    expect(commits).toBe(1);
  });

  it('fail alone where one of them is destroyed', async () => {
    const store = memoryKeyStore();
    await store.destroy('default', [ann]);
    const outcomes = await Promise.allSettled([store.keys('default', [ann, bo]), store.keys('default', [bo])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((outcomes[0] as PromiseRejectedResult).reason).toEqual(new KeyDestroyed([ann]));
  });

  it('are there though few are held', async () => {
    const store = await open({ ...newPlace(), cached: 4 });
    const ids = Array.from({ length: 100 }, (_, n) => `p${n}/2026Q4`);
    const made = await store.keys('default', ids);
    expect(made.size).toBe(100);
    const found = await store.find('default', ids);
    expect(ids.every((id) => found.get(id)!.equals(made.get(id)!))).toBe(true);
  });
});

describe('a destroyed key', () => {
  it('is not found and never made again, in this process and the next', async () => {
    const place = newPlace();
    const store = await open(place);
    await store.keys('default', [ann, bo]);
    await store.destroy('default', [ann, 'never/2026Q4']);
    await store.destroy('default', [ann]);
    for (const one of [store, await open(place)]) {
      expect([...(await one.find('default', [ann, bo])).keys()]).toEqual([bo]);
      await expect(one.keys('default', [ann])).rejects.toThrow(KeyDestroyed);
      await expect(one.keys('default', ['never/2026Q4'])).rejects.toThrow(KeyDestroyed);
      expect(await one.destroyed('default', [ann, bo])).toEqual(new Set([ann]));
      expect(await one.ownedBy('default', 'ann')).toEqual([]);
    }
    expect((await store.keys('other', [ann])).size).toBe(1);
  });

  it('leaves nothing of itself in any file of the store', async () => {
    const place = newPlace();
    const store = await open(place);
    // Among many: what is written next must not be what overwrites it.
    const others = Array.from({ length: 50 }, (_, n) => `p${n}/2026Q4`);
    const key = (await store.keys('default', [...others, ann])).get(ann)!;
    const db = new DatabaseSync(place.path);
    const row = db.prepare('select material from key where id = ?').get(ann) as { material: Uint8Array };
    const material = Buffer.from(row.material);
    db.close();
    const files = () =>
      readdirSync(join(place.folder, 'keys')).map((file) => readFileSync(join(place.folder, 'keys', file)));
    expect(files().some((bytes) => bytes.includes(material))).toBe(true);
    expect(files().some((bytes) => bytes.includes(key.export()))).toBe(false);
    await store.destroy('default', [ann]);
    const pieces = Array.from({ length: material.length - 11 }, (_, from) => material.subarray(from, from + 12));
    expect(pieces.some((piece) => files().some((bytes) => bytes.includes(piece)))).toBe(false);
  });
});

describe('a key that is destroyed while another process reads the log of the file', () => {
  const readOn = async () => {
    const place = newPlace();
    const { db, keks, id } = openStoreFile(place, true);
    // It is not waited for who reads on.
    db.exec('pragma busy_timeout = 0');
    const store = keysInRows(keyRows(db, keks), id, 10);
    opened.push(store);
    await store.keys('default', [ann, bo]);
    const reader = new DatabaseSync(place.path);
    const row = reader.prepare('select material from key where id = ?').get(ann) as { material: Uint8Array };
    reader.exec('begin');
    reader.prepare('select count(*) from key').get();
    await expect(store.destroy('default', [ann])).rejects.toThrow('destroy them again');
    await expect(store.settle()).rejects.toThrow('destroy them again');
    reader.close();
    const files = () =>
      readdirSync(join(place.folder, 'keys')).map((file) => readFileSync(join(place.folder, 'keys', file)));
    const isLeft = () => files().some((bytes) => bytes.includes(Buffer.from(row.material)));
    expect([isLeft(), await store.sealedIn('default', '2026Q4', '', 10)]).toEqual([true, [bo]]);
    return { place, store, isLeft };
  };

  it('is overwritten there when the store is opened', async () => {
    const { place, isLeft } = await readOn();
    await open(place);
    expect(isLeft()).toBe(false);
  });

  it('is overwritten there when what is left is ended', async () => {
    const { store, isLeft } = await readOn();
    await store.settle();
    expect(isLeft()).toBe(false);
  });
});

describe('a secret', () => {
  it('is one per tenant and purpose, for ever', async () => {
    const place = newPlace();
    const [one, two] = [await open(place), await open(place)];
    const id = one.secret('default', 'id');
    expect(two.secret('default', 'id').equals(id)).toBe(true);
    expect(one.secret('default', 'mac').equals(id)).toBe(false);
    expect(one.secret('other', 'id').equals(id)).toBe(false);
  });
});

describe('the store', () => {
  it('is for its owner only, and so is the key that wraps its keys', async () => {
    const place = newPlace();
    await closed(place);
    expect([place.path, place.kek].map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(['600', '600']);
    expect(statSync(join(place.folder, 'keys')).mode & 0o077).toBe(0);
  });

  it('keeps its id, by which a ledger knows it', async () => {
    const place = newPlace();
    expect((await open(place)).id).toBe((await open(place)).id);
    expect((await open(newPlace())).id).not.toBe((await open(place)).id);
  });

  it('takes a key-encryption key that is there already', async () => {
    const place = newPlace();
    writeFileSync(place.kek, `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o400 });
    await closed(place, (store) => store.keys('default', [ann]));
    expect(readFileSync(place.kek, 'utf8')).toBe(`${Buffer.alloc(32, 7).toString('base64')}\n`);
  });
});

describe('an erased owner', () => {
  it('has no key any more, in whatever process and quarter, and gets none', async () => {
    const place = newPlace();
    const [store, other] = [await open(place), await open(place)];
    const next = 'ann/2027Q1';
    await store.keys('acme', [ann, bo]);
    expect(await store.erase('acme', ['ann'], [next])).toEqual([ann, next]);
    other.refresh();
    for (const one of [store, other]) {
      expect([one.isErased('acme', 'ann'), one.isErased('acme', 'bo'), one.isErased('other', 'ann')]).toEqual([true, false, false]); // prettier-ignore
      for (const id of [ann, next, 'ann/2031Q3'])
        await expect(one.keys('acme', [id])).rejects.toBeInstanceOf(KeyDestroyed);
      expect((await one.keys('acme', [bo])).size).toBe(1);
    }
    expect(await store.erase('acme', ['ann'], [next])).toEqual([next]);
  });

  it('is known again after a start', async () => {
    const place = newPlace();
    await closed(place, (store) => store.erase('acme', ['ann'], []));
    expect((await open(place)).isErased('acme', 'ann')).toBe(true);
  });
});

describe('the store does not start', () => {
  const refusal = async (options: KeyStoreOptions): Promise<string> => {
    const error: unknown = await openKeyStore(options).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(KeyStoreUnusable);
    return (error as Error).message;
  };

  it('without the key-encryption key that it was made with, and makes no other', async () => {
    const place = newPlace();
    await closed(place);
    rmSync(place.kek);
    expect(await refusal(place)).toContain(`${place.kek} does not hold the key-encryption key`);
    expect(() => statSync(place.kek)).toThrow();
  });

  it('with another key-encryption key', async () => {
    const place = newPlace();
    await closed(place);
    const other = newPlace();
    await closed(other);
    expect(await refusal({ ...place, kek: other.kek })).toContain(`${other.kek} does not hold the key-encryption key`);
  });

  it.each([
    ['no key at all', 'secret'],
    ['a short key', Buffer.alloc(31).toString('base64')],
    ['nothing', ''],
  ])('with a key-encryption key that is %s', async (_, text) => {
    const place = newPlace();
    writeFileSync(place.kek, text, { mode: 0o600 });
    expect(await refusal(place)).toContain(`${place.kek} is not 32 bytes in base64`);
  });

  it('with a key-encryption key that everybody may read', async () => {
    const place = newPlace();
    await closed(place);
    chmodSync(place.kek, 0o604);
    expect(await refusal(place)).toContain(`${place.kek} is open to everybody`);
  });

  it('within the folder of the ledger’s cluster, by whatever way', async () => {
    const place = newPlace();
    const cluster = join(place.folder, 'cluster');
    const link = join(place.folder, 'link');
    mkdirSync(cluster);
    symlinkSync(cluster, link);
    const at = (path: string) => refusal({ url: `file:${path}`, kek: place.kek, apartFrom: [cluster] });
    for (const path of [`${cluster}/keys.sqlite`, `${cluster}/base/../deep/er/keys.sqlite`, `${link}/keys.sqlite`])
      expect(await at(path)).toContain(`inside the ledger's own folder ${cluster}`);
    expect(await refusal({ ...place, kek: join(cluster, 'kek'), apartFrom: [cluster] })).toContain('inside the ledger');
    expect(readdirSync(cluster)).toEqual([]);
    await closed({ ...place, url: `file:${cluster}-keys/keys.sqlite`, apartFrom: [cluster] });
  });

  it.each(['keys.sqlite', 'file:keys.sqlite', 'file://host/keys.sqlite', 'postgres://localhost/keys', ''])(
    'at %p, which is no file: URL with an absolute path',
    async (url) => expect(await refusal({ ...newPlace(), url })).toContain('not a file: URL with an absolute path'),
  );

  it('in a file that is something else', async () => {
    const place = newPlace();
    mkdirSync(join(place.folder, 'keys'));
    writeFileSync(
      place.path,
      'Dear diary, today I wrote more than a hundred bytes that are no database at all. '.repeat(9),
    );
    expect(await refusal(place)).toContain('is not a key store');
    expect(readFileSync(place.path, 'utf8')).toContain('Dear diary');
  });

  it('in a file that a newer release made', async () => {
    const place = newPlace();
    await closed(place);
    const db = new DatabaseSync(place.path);
    db.exec('pragma user_version = 3');
    db.close();
    expect(await refusal(place)).toContain('of version 3');
  });
});
