import { stderr, stdin } from 'node:process';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';

/** Whether whoever is at the terminal says yes. */
export const isSure = async (question: string): Promise<boolean> => {
  const asking = createInterface({ input: stdin, output: stderr });
  const answer = await asking.question(`${question} [y/N] `);
  asking.close();
  return /^y(es)?$/i.test(answer.trim());
};

/** The option by which a command takes yes for granted. */
export const yesOption = (command: Command): Command =>
  command.option('--yes', 'do not ask; it has to be said where there is no terminal');

/**
 * Lets a command that has {@link yesOption} go on where it was told so, or somebody at the terminal says so once they read
 * what it `does`. Where they do not it throws; where nobody can be asked the command ends as wrongly used.
 */
export const goesOn = async (command: Command, does: string, question: string): Promise<void> => {
  if (command.opts<{ yes?: true }>().yes) return;
  if (!stdin.isTTY) command.error(`error: ${does} Nobody is here to be asked: say --yes to go on`);
  if (!(await isSure(`${does} ${question}`))) throw new Error('Nothing was changed.');
};
