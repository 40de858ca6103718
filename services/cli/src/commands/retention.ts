import { stderr } from 'node:process';
import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { columns, counted, print, when } from '../output.ts';
import { goesOn, yesOption } from '../sure.ts';
import { within } from '../within.ts';

type Policy = { readonly keep?: number; readonly notice: number; readonly from?: string };
type Quarter = {
  readonly quarter: string;
  readonly keys: number;
  readonly customers: number;
  readonly staying: number;
  readonly atLeast: boolean;
  readonly expiresAt?: string;
  readonly over: boolean;
  readonly near: boolean;
};
type Plan = { readonly policy: Policy; readonly items: readonly Quarter[] };
type Run = { readonly keys: number; readonly remembered: number; readonly done: boolean };

/** `throughline retention show | set | plan | run` */
export const retentionCommands = (program: Command): void => {
  const retention = program.command('retention').description('for how long what customers said is kept');
  retention
    .command('show')
    .description('the policy, and every quarter of which something is there')
    .action((_: unknown, command: Command) => show(command));
  retention
    .command('plan')
    .argument('<quarters>', 'how many past quarters to keep beside the one that goes on', quarters)
    .description('the same as if so many were kept; changes nothing')
    .action((keep: number, _: unknown, command: Command) => show(command, keep));
  yesOption(retention.command('set'))
    .option('--keep <quarters>', 'how many past quarters are kept beside the one that goes on', quarters)
    .option('--for-ever', 'keep everything')
    .option('--notice <days>', 'for how many days it is told before something expires by itself', days, 30)
    .description('say for how long it is kept; nothing expires by itself before the days of notice are over')
    .action((_: unknown, command: Command) => set(command));
  retention
    .command('run')
    .option('--destroy', 'destroy the keys of what is over its time, for good; without it this only tells')
    .description('let expire what is over its time, without waiting for the days of notice')
    .action((_: unknown, command: Command) => run(command));
};

const quarters = within(1, 400, 'quarters');
const days = within(0, 366, 'days');

const planOf = (client: Client, keep?: number) => client.ask<Plan>('/v1/retention', { query: { keep } });

const show = async (command: Command, keep?: number): Promise<void> => {
  const options = command.optsWithGlobals<Global>();
  const plan = await planOf(clientOf(options), keep);
  print(options.json === true, plan, () => [inWords(plan.policy), listed(plan.items)].join('\n'));
  if (plan.items.some(({ near }) => near)) process.exitCode = exit.needsALook;
};

const set = async (command: Command): Promise<void> => {
  const options = command.optsWithGlobals<Global & { keep?: number; forEver?: true; notice: number }>();
  const { keep, forEver, notice } = options;
  if ((keep === undefined) === (forEver === undefined))
    command.error('error: say either --keep <quarters> or --for-ever');
  const client = clientOf(options);
  const over = keep === undefined ? [] : (await planOf(client, keep)).items.filter((one) => one.over);
  if (over.length > 0) await goesOn(command, whatExpires(over, notice), 'Set it?');
  await client.ask('/v1/policies/retention', { method: 'PUT', json: { keep: keep ?? null, notice } });
  const plan = await planOf(client);
  print(options.json === true, plan, () => [inWords(plan.policy), listed(plan.items)].join('\n'));
};

const whatExpires = (over: readonly Quarter[], notice: number): string => {
  const customers = over.reduce((most, one) => Math.max(most, one.customers), 0);
  const by = notice === 0 ? 'without notice' : `after ${counted(notice, 'day')} of notice`;
  const from = `${over[0]!.quarter}${over.length > 1 ? ` to ${over.at(-1)!.quarter}` : ''}`;
  return `What customers said in ${from} expires ${by}, for good: of ${counted(customers, 'customer')} or more.`;
};

const run = async (command: Command): Promise<void> => {
  const options = command.optsWithGlobals<Global & { destroy?: true }>();
  const client = clientOf(options);
  const due = (await planOf(client)).items.filter(({ over }) => over);
  if (options.destroy !== true) {
    print(options.json === true, { dryRun: true, items: due }, () =>
      due.length === 0 ? 'Nothing is over its time.' : `${listed(due)}\nNothing was destroyed: say --destroy.`,
    );
    return;
  }
  const all = { keys: 0, remembered: 0 };
  for (let done = false; !done;) {
    const some = await client.ask<Run>('/v1/retention/runs', { method: 'POST' });
    all.keys += some.keys;
    all.remembered += some.remembered;
    ({ done } = some);
    if (stderr.isTTY) stderr.write(`\r${all.keys}`);
  }
  print(options.json === true, all, () => `Destroyed ${all.keys} keys; told ${all.remembered} names again.`);
};

const inWords = ({ keep, notice, from }: Policy): string => {
  if (keep === undefined) return 'Everything is kept.';
  const since = from === undefined ? '' : `, and not before ${when(from)}`;
  return `Kept ${keep === 1 ? 'is' : 'are'} ${counted(keep, 'past quarter')}. What is over expires after ${counted(notice, 'day')} of notice${since}.`;
};

const listed = (items: readonly Quarter[]): string =>
  columns(
    ['quarter', 'keys', 'customers', 'of them staying', 'expires', ''],
    items.map(({ quarter, keys, customers, staying, atLeast, expiresAt, over, near }) => [
      quarter,
      ...[keys, customers, staying].map((count) => (atLeast ? `${count} or more` : String(count))),
      expiresAt === undefined ? 'never' : when(expiresAt),
      over ? 'over its time' : near ? 'soon' : '',
    ]),
  );
