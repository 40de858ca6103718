import { type Command, Option } from 'commander';
import { gistInWords, type Told, withGists } from '../gists.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, listed, print, when } from '../output.ts';
import { type When, whenOptions, whenQuery } from '../when.ts';
import { customerBy } from './customers.ts';
import { addedInWords, asHandle, type Made, nameOf, type Person, seen, type Written } from './people.ts';

/** A task as `/v1/tasks` answers it. */
export type Task = {
  readonly id: string;
  readonly position: number;
  readonly customer: string;
  readonly what?: string;
  readonly owner?: Person;
  readonly due: string;
  readonly overdue: boolean;
  readonly snoozedUntil?: string;
  readonly done?: { readonly at: string; readonly outcome?: string };
};
export const tasksPath = '/v1/tasks';

/** `throughline tasks` */
export const taskCommands = (program: Command): void => {
  const tasks = program.command('tasks').description('what somebody is to do for a customer');
  addTask(tasks);
  listTasks(tasks);
  tasks
    .command('done')
    .argument('<task>', 'its id')
    .option('--outcome <words>', 'what came of it')
    .description('say that it was done')
    .action((id: string, { outcome }: { outcome?: string }, command: Command) =>
      says(id, 'completion', { outcome }, 'Done.', command),
    );
  tasks
    .command('snooze')
    .argument('<task>', 'its id')
    .argument('<until>', 'an instant, such as 2026-05-06T08:00:00Z')
    .description('let it rest until then; it stays due when it is')
    .action((id: string, until: string, _: unknown, command: Command) =>
      says(id, 'snooze', { until }, `It rests until ${until}.`, command),
    );
  tasks
    .command('hand-on')
    .argument('<task>', 'its id')
    .argument('<owner>', 'who is to do it from now on, such as email:cy@acme.example')
    .option('--name <name>', 'that person’s name')
    .description('have somebody else do it')
    .action((id: string, owner: string, { name }: { name?: string }, command: Command) =>
      says(id, 'owner', { owner, name }, `${owner} is to do it.`, command),
    );
};

/** Says one thing of a task. */
const says = async (id: string, what: string, json: object, said: string, command: Command): Promise<void> => {
  const options = command.optsWithGlobals<Global>();
  const client = clientOf(options);
  const path = `${tasksPath}/${encodeURIComponent(id)}/${what}`;
  const written = await client.ask<Written>(path, { method: 'POST', json });
  await seen(client, tasksPath, written);
  print(options.json === true, written, () => said);
};

const stateOf = ({ done, snoozedUntil, overdue }: Task): string => {
  if (done) return `done ${when(done.at)}${done.outcome === undefined ? '' : `: ${brief(done.outcome, 60)}`}`;
  if (snoozedUntil !== undefined) return `rests until ${when(snoozedUntil)}`;
  return overdue ? 'overdue' : '';
};

const tasksInWords = (items: readonly Told<Task>[]): string =>
  listed(
    items.map((task) => {
      const { id, due, owner, what = '(erased)', gist } = task;
      return { id, about: gistInWords(gist, what), facts: [`due ${when(due)}`, owner && nameOf(owner), stateOf(task)] };
    }),
  );

const addTask = (tasks: Command): void => {
  tasks
    .command('add')
    .argument('<handle>', asHandle)
    .argument('<what>', 'what is to be done')
    .requiredOption('--owner <handle>', 'who is to do it, such as email:bo@acme.example')
    .requiredOption('--due <instant>', 'by when, such as 2026-05-06T08:00:00Z')
    .option('--name <name>', 'that person’s name')
    .description('have somebody do something for a customer')
    .action(async (handle: string, what: string, more: Record<string, string>, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const { owner, due, name } = more;
      const path = `/v1/customers/${await customerBy(client, handle)}/tasks`;
      const made = await client.ask<Made>(path, { method: 'POST', json: { what, owner, due, name } });
      await seen(client, tasksPath, made);
      print(options.json === true, made, () => addedInWords(made));
    });
};

type Listing = Global & When & { readonly state: string; readonly owner?: string; readonly customer?: string };

const listTasks = (tasks: Command): void => {
  whenOptions(tasks.command('list'))
    .addOption(
      new Option('--state <state>', 'only those')
        .choices(['open', 'overdue', 'snoozed', 'completed', 'all'])
        .default('open'),
    )
    .option('--owner <handle>', 'whose tasks')
    .option('--customer <handle>', 'about which customer')
    .description('list them, what is due first before the others')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Listing>();
      const { state, owner, customer } = options;
      const query = { state, owner, customer, ...whenQuery(options) };
      const client = clientOf(options);
      const items = await withGists(client, await Array.fromAsync(client.all<Task>(tasksPath, query)));
      print(options.json === true, { items }, () => (items.length === 0 ? 'There is none.' : tasksInWords(items)));
    });
};
