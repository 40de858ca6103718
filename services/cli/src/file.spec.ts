import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '@throughline/testing';
import { jsonOf, roomFor, textOf } from './file.ts';
import { program } from './program.ts';

let dir: string;
const at = (name: string): string => join(dir, name);
beforeAll(async () => {
  dir = await temporaryFolder();
  await mkdir(at('folder'));
  await writeFile(at('text'), 'no JSON');
});

describe('a file that somebody named', () => {
  it('is missed by its name, and a folder is told from it', async () => {
    await expect(textOf(at('gone'))).rejects.toThrow(`there is no file ${at('gone')}`);
    await expect(textOf(at('text/gone'))).rejects.toThrow(`there is no file ${at('text/gone')}`);
    await expect(textOf(at('folder'))).rejects.toThrow(`${at('folder')} is a folder, and not a file`);
    await expect(jsonOf(at('text'))).rejects.toThrow(`${at('text')} is not JSON`);
  });

  it('is written where there is a folder for it, and nowhere else', async () => {
    await expect(roomFor(at('new'))).resolves.toBeUndefined();
    await expect(roomFor(at('text'))).resolves.toBeUndefined();
    // Nobody but the superuser may write into the folder that it is in.
    await expect(roomFor('/dev/null')).resolves.toBeUndefined();
    await expect(roomFor(at('no/new'))).rejects.toThrow(`there is no folder ${at('no')} to write ${at('no/new')} into`);
    await expect(roomFor(at('text/new'))).rejects.toThrow(`there is no folder ${at('text')} to write`);
    await expect(roomFor(at('folder'))).rejects.toThrow(`${at('folder')} is a folder, and not a file`);
  });
});

describe('every command that names a file', () => {
  const key = ['connections', 'add', 'hub', '--crm', 'http', '--secret-file'];
  it.each([
    ['no file or folder', ['import', 'no/a']],
    ['no file', ['import', 'folder', '--map', 'no/a']],
    ['no folder', ['import', 'folder', '--dry-run', '--rejects', 'no/a']],
    ['no folder', ['events', 'export', '--out', 'no/a', '--format', 'csv']],
    ['no file', ['events', 'check', 'no/a']],
    ['no file', ['erase', '--check', 'no/a']],
    ['no file', ['ledger', 'verify', '--checkpoint', 'no/a']],
    ['no folder', ['ledger', 'checkpoint', '--out', 'no/a']],
    ['no file', [...key, 'no/a']],
    ['no file', [...key, 'text', '--settings', 'no/a']],
    ['no file', ['connections', 'rotate', 'hub', '--secret-file', 'no/a']],
    ['no key store', ['kek', 'status', '--keys', 'file:///no/a', '--kek', 'no/a']],
  ])('says that there is %s, before a server is asked: %j', async (what, args) => {
    const named = args.map((one) => (/^(no|folder|text)(\/|$)/.test(one) ? at(one) : one));
    const run = program().parseAsync([...named, ...(args[0] === 'kek' ? [] : ['--url', 'http://127.0.0.1:1'])], {
      from: 'user',
    });
    await expect(run).rejects.toThrow(new RegExp(`^there is ${what} .*no`));
  });
});
