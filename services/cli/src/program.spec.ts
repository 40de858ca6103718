import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { program } from './program.ts';

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
const ours = leaves(program()).filter((one) => !['completion', 'complete'].includes(one.name()));

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
