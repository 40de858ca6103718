import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it } from '@jest/globals';
import { isKey } from '@throughline/host';
import { temporaryFolder } from '@throughline/testing';
import { keyIn } from './key-file.ts';

/** What somebody finds in files who looks for each without a pause: how long it is as soon as it is there. */
const watcher = `
  const { readFileSync } = require('node:fs');
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (path) => {
    parentPort.postMessage('looks');
    for (;;) try { return parentPort.postMessage(readFileSync(path).length); } catch {}
  });`;

it('is made once, however many processes want it at the same moment, and is never there in part', async () => {
  const folder = await temporaryFolder();
  const worker = new Worker(watcher, { eval: true });
  for (let round = 0; round < 100; round += 1) {
    const path = join(folder, `${round}.key`);
    worker.postMessage(path, []);
    await once(worker, 'message');
    const found = once(worker, 'message');
    const keys = await Promise.all([keyIn(path), keyIn(path), keyIn(path)]);
    expect(await found).toEqual([47]);
    expect(new Set(keys)).toEqual(new Set([(await readFile(path, 'utf8')).trim()]));
    expect([isKey(keys[0]), (await stat(path)).mode & 0o777]).toEqual([true, 0o600]);
  }
  await worker.terminate();
});

it('is told where it cannot be one', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'broken.key');
  await writeFile(path, 'tl_short\n');
  await expect(keyIn(path)).rejects.toMatchObject({ name: 'CannotStart', message: expect.stringContaining(`${path} holds no API key`) }); // prettier-ignore
  await expect(keyIn(join(folder, 'nowhere', 'key'))).rejects.toMatchObject({
    name: 'CannotStart',
    message: expect.stringContaining('cannot be written: ENOENT'),
  });
});
