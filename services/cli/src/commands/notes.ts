import type { Command } from 'commander';
import type { Client } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { print, safe, when } from '../output.ts';
import { patiently } from '../patience.ts';
import { customerBy } from './customers.ts';
import { addedInWords, asHandle, type Made, nameOf, seen } from './people.ts';
import { type Task, tasksPath } from './tasks.ts';

type Saying = Partial<Record<'text' | 'discussed' | 'decided' | 'nextStep' | 'owner' | 'due', string>>;

/** `throughline notes` */
export const noteCommands = (program: Command): void => {
  program
    .command('notes')
    .description('what people write down about customers')
    .command('add')
    .argument('<handle>', asHandle)
    .option('--text <words>', 'anything')
    .option('--discussed <words>', 'what was talked about')
    .option('--decided <words>', 'what was decided')
    .option('--next-step <words>', 'what comes next: it becomes a task')
    .option('--owner <handle>', 'who does that; else who is responsible for the customer, else who writes the note')
    .option('--due <instant>', 'by when, such as 2026-05-06T08:00:00Z; else in a day')
    .description('write a note; it needs at least one of its parts')
    .action(async (handle: string, said: Saying, command: Command) => {
      const json = noteOf(said, command);
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const customer = await customerBy(client, handle);
      const path = `/v1/customers/${customer}`;
      const written = await client.ask<Made>(`${path}/notes`, { method: 'POST', json });
      await seen(client, `${path}/timeline`, written);
      const step = json.nextStep;
      const isTold = options.json === true || !step || (step.owner !== undefined && step.due !== undefined);
      const next = isTold ? '' : `\n${taskInWords(await taskOf(client, customer, step.what, written))}`;
      print(options.json === true, written, () => addedInWords(written) + next);
    });
};

const noteOf = ({ nextStep: what, owner, due, text, discussed, decided }: Saying, command: Command) => {
  if (what === undefined && (owner ?? due) !== undefined)
    command.error('error: --owner and --due are of a --next-step');
  if ((text ?? discussed ?? decided ?? what) === undefined)
    command.error('error: a note needs one of --text, --discussed, --decided and --next-step at least');
  return { text, discussed, decided, nextStep: what === undefined ? undefined : { what, owner, due } };
};

const patienceMs = 5_000;

/** The task that became of a note's next step, as soon as routing has made it. */
const taskOf = (client: Client, customer: string, what: string, { position }: Made): Promise<Task | undefined> =>
  patiently(patienceMs, async () => {
    const open = await Array.fromAsync(client.all<Task>(tasksPath, { customer }));
    return open.find((task) => task.position > position && task.what === what);
  });

const taskInWords = (task: Task | undefined): string => {
  if (!task) return 'Who is to do it is not known yet: see `throughline tasks list`.';
  const { id, owner, due } = task;
  const who = safe(owner ? nameOf(owner) : 'somebody');
  return `${who} is to do it, due ${when(due)}; --owner and --due say otherwise, now \`throughline tasks hand-on ${id} HANDLE\``;
};
