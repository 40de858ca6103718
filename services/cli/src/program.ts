import { readFileSync } from 'node:fs';
import { stderr } from 'node:process';
import tab from '@bomb.sh/tab/commander';
import { Command, CommanderError, Help, type Option } from 'commander';
import { exit, Unreachable } from './client.ts';
import { agentCommands } from './commands/agents.ts';
import { connectionCommands } from './commands/connections.ts';
import { customerCommands } from './commands/customers.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eraseCommand } from './commands/erase.ts';
import { eventCommands } from './commands/events.ts';
import { explainCommands } from './commands/explain.ts';
import { ledgerCommands } from './commands/ledger.ts';
import { keepingCommands } from './commands/keeping.ts';
import { kekCommands } from './commands/kek.ts';
import { keyCommands } from './commands/keys.ts';
import { matterCommands } from './commands/matters.ts';
import { noteCommands } from './commands/notes.ts';
import { ownerCommands } from './commands/owners.ts';
import { parkedCommands } from './commands/parked.ts';
import { policyCommands } from './commands/policies.ts';
import { projectionCommands } from './commands/projections.ts';
import { quarantineCommands } from './commands/quarantine.ts';
import { queueCommands } from './commands/queues.ts';
import { retentionCommands } from './commands/retention.ts';
import { taskCommands } from './commands/tasks.ts';
import { teamCommands } from './commands/teams.ts';
import { upkeepCommands } from './commands/upkeep.ts';
import { writebackCommands } from './commands/writeback.ts';
import { demoCommand } from './demo/demo.command.ts';
import { type Global, globalOptions, withFallback } from './global.ts';
import { importCommand } from './import/import.command.ts';
import { problemInWords, Refused } from './refused.ts';
import { asTyped, typedFor } from './typed.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The whole of `throughline`, each command with the options that all of them take. */
export const program = (): Command => {
  const root = new Command('throughline')
    .description('Customer interactions as one ledger: bring them in, read them, look after them.')
    .version(version, '--version', 'say which one this is')
    .showHelpAfterError('(--help says more)')
    .enablePositionalOptions()
    .exitOverride();
  for (const option of globalOptions()) root.addOption(option);
  importCommand(root);
  customerCommands(root);
  eraseCommand(root);
  eventCommands(root);
  ledgerCommands(root);
  projectionCommands(root);
  upkeepCommands(root);
  quarantineCommands(root);
  parkedCommands(root);
  teamCommands(root);
  agentCommands(root);
  queueCommands(root);
  matterCommands(root);
  explainCommands(root);
  noteCommands(root);
  keepingCommands(root);
  policyCommands(root);
  taskCommands(root);
  ownerCommands(root);
  connectionCommands(root);
  writebackCommands(root);
  keyCommands(root);
  kekCommands(root);
  retentionCommands(root);
  doctorCommand(root);
  demoCommand(root);
  for (const command of leaves(root)) withGlobals(command);
  tab(root, { completionCommandName: 'completion' });
  return root;
};

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

const optionDescription = (option: Option): string =>
  `${new Help().optionDescription(option)}${option.mandatory && option.defaultValue === undefined ? ' (required)' : ''}`;

const withGlobals = (command: Command): void => {
  command.exitOverride().configureHelp({ optionDescription });
  for (const option of globalOptions()) command.addOption(withFallback(option));
};

const codeOf = (error: unknown): number => {
  if (error instanceof Unreachable) return exit.unreachable;
  return error instanceof Refused && error.isUsage ? exit.usage : exit.failed;
};

/** Why a command failed, on standard error: for people, or as a problem for programs, which keeps the pointers of REST. */
const complain = (error: unknown, command: Command | undefined): void => {
  const message = error instanceof Error ? error.message : String(error);
  const typed = error instanceof Refused ? error.typed : {};
  const nameOf = (pointer: string) => command && typedFor(command, typed[pointer] ?? pointer);
  if (command?.optsWithGlobals<Global>().json) {
    const { errors, ...problem } = error instanceof Refused ? error.problem : { detail: message, errors: undefined };
    const named = errors?.map((fault) => ({ ...fault, typed: nameOf(fault.pointer) }));
    return void stderr.write(`${JSON.stringify({ ...problem, errors: named })}\n`);
  }
  const said =
    error instanceof Refused
      ? problemInWords(error.status, error.problem, (pointer) => nameOf(pointer) ?? (pointer || 'it'))
      : message;
  stderr.write(`throughline: ${command ? asTyped(command, said) : said}\n`);
};

/** Runs one command line; sets the process's exit code as docs/operations.md promises. */
export const run = async (argv: readonly string[]): Promise<void> => {
  let running: Command | undefined;
  const root = program().hook('preAction', (_, command) => void (running = command));
  try {
    await root.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exit.done : exit.usage;
    else {
      complain(error, running);
      process.exitCode = codeOf(error);
    }
  }
};
