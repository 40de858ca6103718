import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';

const supervisor = new URL('./supervise.js', import.meta.url).href;

/** Says that it is up, and drains when it is asked to. */
const service = `
  process.on('SIGTERM', () => { console.log('drained'); process.exit(); });
  console.log('up');
  setInterval(() => {}, 1000);
`;
const launcher = `
  const { supervise } = await import('${supervisor}');
  process.exit(await supervise(process.execPath, ['-e', ${JSON.stringify(service)}], 'inherit'));
`;
const npm = `
  const args = ['--input-type=module', '-e', ${JSON.stringify(launcher)}];
  require('node:child_process').spawn(process.execPath, args, { stdio: 'inherit' });
`;

/** What it says from the beginning to the end of the last process that has its output. */
async function said(child: ChildProcess, whenUp: () => void): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text === 'up\n') whenUp();
  }
  return text;
}

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });

describe('a supervised process', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('drains at %s, which then counts as success', async (signal) => {
    const child = start('--input-type=module', '-e', launcher);
    const ended = once(child, 'exit');
    expect(await said(child, () => child.kill(signal))).toBe('up\ndrained\n');
    expect(await ended).toEqual([0, null]);
  });

  it('drains when the process that started its launcher was killed', async () => {
    const child = start('-e', npm);
    expect(await said(child, () => child.kill('SIGKILL'))).toBe('up\ndrained\n');
  });
});
