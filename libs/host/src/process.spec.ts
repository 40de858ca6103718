import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

describe('a process that is told to end', () => {
  it('does so though something hangs, and says so', async () => {
    const loader = new URL('../../../tools/source.js', import.meta.url).href;
    const main = fileURLToPath(new URL('../test/stuck.process.ts', import.meta.url));
    const child = spawn(process.execPath, ['--conditions=source', '--import', loader, main]);
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(said).toContain('Stuck did not end in time');
  });
});
