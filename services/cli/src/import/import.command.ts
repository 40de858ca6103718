import { type Command, Option } from 'commander';
import { formats } from './source.ts';

/** `throughline import PATH…` */
export const importCommand = (program: Command): void => {
  program
    .command('import')
    .description(
      'bring in mails (.eml, .mbox) and records (.ndjson, .json, .csv); running it again brings what is missing',
    )
    .argument('<path...>', 'files and folders')
    .addOption(new Option('--format <format>', 'what the files hold, where their names do not tell').choices(formats))
    .option('--map <file>', 'a JSONata expression that turns a record into interactions (docs/importing.md)')
    .option('--dry-run', 'read and check everything, send nothing')
    .option('--live', 'not closed history: let assignment, promises and CRM act on it')
    .option('--rejects <file>', 'write what needs a look to this file, a JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  throughline import mails/\n  throughline import tickets.csv --map tickets.jsonata --dry-run',
    )
    .action(async (paths: string[], _: unknown, command: Command) => {
      // Every other command is there sooner without what reads, checks and tells of files.
      const { act } = await import('./act.ts');
      process.exitCode = await act(paths, command.optsWithGlobals());
    });
};
