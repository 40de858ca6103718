import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { encrypt } from './box.ts';
import {
  type KeyStore,
  type KeyStorePlace,
  KeyStoreUnusable,
  openKeyStore,
  openRotation,
  type Rotation,
} from './index.ts';
import { createSecretKey, randomBytes } from 'node:crypto';
import { fileHolder } from './kek-file.ts';
import { replaceKeyFile } from './key-file.ts';
import { rotationOf } from './rotation.ts';
import { openStoreFile } from './store-file.ts';
import { storeKeks } from './store-keks.ts';

let folder: string;
const closing: { close: () => void }[] = [];

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'keks-'))));
afterEach(() => {
  for (const one of closing.splice(0)) one.close();
  rmSync(folder, { recursive: true });
});

const place = (): KeyStorePlace => ({ url: `file:${folder}/keys/keys.sqlite`, kek: join(folder, 'kek') });

/** A KMS of one key, as an operator would put a program before it: it lies in a file beside. */
const program = (): string => {
  const path = join(folder, 'kms');
  writeFileSync(join(folder, 'master'), randomBytes(32).toString('hex'));
  const openssl = `openssl enc -aes-256-ctr -pbkdf2 -pass file:${folder}/master -a -A`;
  writeFileSync(path, `#!/bin/sh\ncase "$1" in wrap) ${openssl};; unwrap) ${openssl} -d;; esac\n`);
  chmodSync(path, 0o755);
  return path;
};

const opened = async (where: KeyStorePlace): Promise<KeyStore> => {
  const store = await openKeyStore(where);
  closing.push(store);
  return store;
};
const rotation = (where: KeyStorePlace): Rotation => {
  const one = openRotation(where);
  closing.push(one);
  return one;
};

const ids = Array.from({ length: 2_500 }, (_, n) => `p${n}/2026Q4`);
const bytesOf = async (store: KeyStore): Promise<string[]> => {
  const keys = await store.keys('default', ids);
  return [...ids.map((id) => keys.get(id)!.export().toString('hex')), store.secret('default', 'id').export().toString('hex')]; // prettier-ignore
};
const lines = (): string[] => readFileSync(join(folder, 'kek'), 'utf8').trim().split('\n');
const under = (one: Rotation) => one.status().map(({ current, keys }) => ({ current, keys }));

describe.each([
  ['a file', place],
  ['a program', () => ({ ...place(), kek: `exec:${program()}` })],
])('the key-encryption key in %s', (_, placed) => {
  it('is rotated while a process works, and the keys stay what they are', async () => {
    const where = placed();
    const running = await opened(where);
    const before = await bytesOf(running);
    await running.destroy('default', ['gone/2026Q4']);
    const one = rotation(where);
    expect(one.rotate(false)).toBe(2_501);
    expect(under(one)).toEqual([
      { current: false, keys: 0 },
      { current: true, keys: 2_501 },
    ]);
    // What it makes now lies under the new one, though it began with the old one.
    await running.keys('default', ['new/2026Q4']);
    expect(under(one)[1]).toEqual({ current: true, keys: 2_502 });
    expect(await bytesOf(await opened(where))).toEqual(before);
    const [old] = one.status();
    expect(one.forget()).toEqual([old!.id]);
    expect(one.forget()).toEqual([]);
    expect(await bytesOf(await opened(where))).toEqual(before);
    await expect(running.keys('default', ['gone/2026Q4'])).rejects.toThrow('destroyed');
  });

  it('goes on where a rotation was cut off, and forgets nothing that is needed', async () => {
    const where = placed();
    const before = await bytesOf(await opened(where));
    const cut = rotation(where);
    expect(() =>
      cut.rotate(false, (wrapped) => {
        if (wrapped === 2_000) throw new Error('cut off');
      }),
    ).toThrow('cut off');
    expect(under(cut)).toEqual([
      { current: false, keys: 501 },
      { current: true, keys: 2_000 },
    ]);
    expect(cut.forget()).toEqual([]);
    expect(await bytesOf(await opened(where))).toEqual(before);
    const again = rotation(where);
    expect(again.rotate(true)).toBe(501);
    expect(again.rotate(true)).toBe(0);
    expect(again.forget()).toHaveLength(1);
    expect(await bytesOf(await opened(where))).toEqual(before);
  });

  it('wraps nothing with one that was forgotten since it began', async () => {
    const where = placed();
    const before = await bytesOf(await opened(where));
    const [slow, cut] = [rotation(where), rotation(where)];
    let met = false;
    slow.rotate(false, () => {
      if (met) return;
      met = true;
      // All that the slow one wrapped is wrapped anew by another one, which is cut off; nothing lies under its key then.
      const first = (wrapped: number) => {
        if (wrapped === 1_000) throw new Error('cut off');
      };
      expect(() => cut.rotate(false, first)).toThrow('cut off');
      expect(cut.forget()).toHaveLength(1);
    });
    expect(under(slow)).toEqual([
      { current: false, keys: 0 },
      { current: true, keys: 2_501 },
    ]);
    expect(await bytesOf(await opened(where))).toEqual(before);
  });

  it('leaves nothing in the store that the old one opens', async () => {
    const where = placed();
    const store = await opened(where);
    await store.keys('default', ids.slice(0, 5));
    const file = new DatabaseSync(join(folder, 'keys/keys.sqlite'));
    const wrapped = file.prepare('select material from key').all() as { material: Uint8Array }[];
    const noted = file.prepare('select noted from kek').get() as { noted: string | null };
    file.close();
    const one = rotation(where);
    one.rotate(false);
    one.forget();
    const files = readdirSync(join(folder, 'keys')).map((name) => readFileSync(join(folder, 'keys', name)));
    const old = [...wrapped.map(({ material }) => Buffer.from(material)), ...(noted.noted ? [Buffer.from(noted.noted)] : [])]; // prettier-ignore
    expect(old.length).toBeGreaterThan(4);
    expect(files.some((bytes) => old.some((piece) => bytes.includes(piece)))).toBe(false);
  });
});

describe('a store whose lock another process does not let go of', () => {
  it('is not rotated, and it is said which and what to do', async () => {
    await bytesOf(await opened(place()));
    const one = rotation({ ...place(), waitMs: 50 });
    const other = new DatabaseSync(`${folder}/keys/keys.sqlite`);
    closing.push(other);
    other.exec('begin immediate');
    for (const goOn of [false, true]) {
      expect(() => one.rotate(goOn)).toThrow(KeyStoreUnusable);
      expect(() => one.rotate(goOn)).toThrow(`${folder}/keys/keys.sqlite and does not let go of it`);
    }
    expect(() => openRotation({ ...place(), waitMs: 50 })).toThrow(/another process .* wait for it or end it/);
    other.exec('rollback');
    expect(one.rotate(false)).toBe(ids.length + 1);
  });
});

describe('the file of key-encryption keys', () => {
  it('may be given its new line by hand, and is never given a forgotten one back', async () => {
    const where = place();
    await opened(where);
    const [first] = lines();
    const mine = randomBytes(32).toString('base64');
    writeFileSync(where.kek, `${mine}\n${first}\n`);
    const one = rotation(where);
    one.rotate(false);
    expect(lines()).toEqual([mine, first]);
    one.forget();
    expect(lines()).toEqual([mine]);
    writeFileSync(where.kek, `${mine}\n${first}\n`);
    one.rotate(false);
    expect(lines()).toHaveLength(3);
    expect(one.status().filter(({ current }) => current)).toHaveLength(1);
  });

  it('is written while nobody else can write to the store', async () => {
    const where = place();
    const before = await bytesOf(await opened(where));
    const { db, id } = openStoreFile(where, false);
    const other = new DatabaseSync(join(folder, 'keys/keys.sqlite'), { timeout: 0 });
    const holder = fileHolder(where.kek);
    const alone = <Args extends unknown[], Result>(write: (...args: Args) => Result) =>
      jest.fn((...args: Args): Result => {
        expect(() => other.exec('begin immediate')).toThrow('locked');
        return write(...args);
      });
    const [next, drop] = [alone(holder.next), alone(holder.drop)];
    const one = rotationOf({ db, id, keks: storeKeks(db, { ...holder, next, drop }) });
    closing.push(one, other);
    one.rotate(false);
    expect(one.forget()).toHaveLength(1);
    expect([next.mock.calls.length, drop.mock.calls.length, lines().length]).toEqual([1, 1, 1]);
    expect(await bytesOf(await opened(where))).toEqual(before);
  });

  it('is left as it is where somebody changed it since it was read', () => {
    const path = join(folder, 'kek');
    writeFileSync(path, 'new\nold\n', { mode: 0o640 });
    expect(replaceKeyFile(path, 'old\n', '')).toBe(false);
    expect([lines(), readdirSync(folder)]).toEqual([['new', 'old'], ['kek']]);
    expect(replaceKeyFile(path, 'new\nold\n', 'new\n')).toBe(true);
    expect([lines(), readdirSync(folder)]).toEqual([['new'], ['kek']]);
  });

  it('lacks a line that is needed: nothing starts, and it says which', async () => {
    const where = place();
    await bytesOf(await opened(where));
    const one = rotation(where);
    const [old] = one.status();
    one.rotate(false);
    writeFileSync(where.kek, `${lines()[0]}\n`);
    const refused = `${where.kek} does not hold the key-encryption key ${old!.id}`;
    await expect(openKeyStore(where)).rejects.toThrow(refused);
    expect(() => openRotation(where)).toThrow(refused);
  });
});

describe('a program that holds the key-encryption key', () => {
  it.each([
    ['is not there', undefined, 'does not wrap'],
    [
      'fails',
      '#!/bin/sh\ncat >/dev/null; echo no route to the vault >&2; exit 1\n',
      'does not wrap: no route to the vault',
    ],
    ['says something else', '#!/bin/sh\ncat >/dev/null; echo hello\n', 'is not 32 bytes in base64'],
  ])('and %s: nothing starts, and nothing is made', async (_, text, said) => {
    const path = join(folder, 'kms');
    if (text) writeFileSync(path, text, { mode: 0o755 });
    const where = { ...place(), kek: `exec:${path}` };
    await expect(openKeyStore(where)).rejects.toThrow(said);
    await expect(openKeyStore(where)).rejects.toThrow(path);
    expect(() => openRotation(where)).toThrow('is not a key store');
  });
});

describe('a store of version 1', () => {
  const written = (): { where: KeyStorePlace; kek: Buffer; key: Buffer } => {
    const kek = randomBytes(32);
    const key = randomBytes(32);
    const where = place();
    writeFileSync(where.kek, kek.toString('base64'), { mode: 0o600 });
    mkdirSync(join(folder, 'keys'));
    const db = new DatabaseSync(join(folder, 'keys/keys.sqlite'));
    db.exec(`
      create table store (id text not null, proof blob not null) strict;
      create table key (tenant text not null, id text not null, material blob, primary key (tenant, id)) strict, without rowid;
      create table secret (
        tenant text not null, purpose text not null, material blob not null, primary key (tenant, purpose)
      ) strict, without rowid;
      pragma user_version = 1`);
    const wrapping = createSecretKey(kek);
    db.prepare('insert into store values (?, ?)').run('one', encrypt(wrapping, 'store one', Buffer.from('one')));
    db.prepare('insert into key values (?, ?, ?)').run(
      'default',
      ids[0]!,
      encrypt(wrapping, `default\n${ids[0]}`, key),
    );
    db.prepare('insert into key values (?, ?, null)').run('default', ids[1]!);
    db.close();
    return { where, kek, key };
  };

  it('is brought up to date, and its keys stay', async () => {
    const { where, key } = written();
    const store = await opened(where);
    expect(store.id).toBe('one');
    expect((await store.find('default', ids.slice(0, 2))).get(ids[0]!)!.export()).toEqual(key);
    expect(await store.destroyed('default', ids.slice(0, 2))).toEqual(new Set([ids[1]]));
    const one = rotation(where);
    expect(one.rotate(false)).toBe(1);
    expect((await (await opened(where)).find('default', [ids[0]!])).get(ids[0]!)!.export()).toEqual(key);
  });

  it('is left as it is where its key-encryption key is another one, or missing', async () => {
    const { where, kek, key } = written();
    writeFileSync(where.kek, randomBytes(32).toString('base64'));
    await expect(openKeyStore(where)).rejects.toThrow(`${where.kek} is not the one`);
    rmSync(where.kek);
    await expect(openKeyStore(where)).rejects.toThrow(KeyStoreUnusable);
    writeFileSync(where.kek, kek.toString('base64'), { mode: 0o600 });
    expect((await (await opened(where)).find('default', [ids[0]!])).get(ids[0]!)!.export()).toEqual(key);
  });
});
