import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { program } from './program.ts';

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
const ours = leaves(program()).filter((one) => !['completion', 'complete'].includes(one.name()));

/** What a command line says to its command. */
const saidIn = (...args: readonly string[]): Record<string, unknown> => {
  const root = program();
  const status = root.commands.find((one) => one.name() === 'status')!.action(() => undefined);
  root.parse(args, { from: 'user' });
  return status.optsWithGlobals();
};

describe('the options of every command', () => {
  it('stand before its name or after it', () => {
    const said = { tenant: 'acme', json: true, url: 'http://127.0.0.1:9' };
    expect(saidIn('--tenant', 'acme', '--json', '--url', said.url, 'status')).toMatchObject(said);
    expect(saidIn('status', '--tenant', 'acme', '--json', '--url', said.url)).toMatchObject(said);
    expect(saidIn('--tenant', 'acme', 'status', '--json', '--url', said.url)).toMatchObject(said);
  });

  it('need not be said', () => expect(saidIn('status')).toMatchObject({ url: expect.stringMatching(/^http:/) }));
});

describe('the help of every command', () => {
  it.each(ours.map((one) => [`${one.parent?.name()} ${one.name()}`, one] as const))('%s', (_, command) => {
    expect(command.description()).not.toBe('');
    for (const argument of command.registeredArguments)
      expect([argument.name(), argument.description]).not.toContain('');
    for (const option of command.options) expect([option.flags, option.description]).not.toContain('');
    const help = command.createHelp();
    for (const option of command.options.filter(
      ({ mandatory, defaultValue }) => mandatory && defaultValue === undefined,
    ))
      expect(help.optionDescription(option)).toMatch(/ \(required\)$/);
  });
});
