import { Argument, type Command } from 'commander';
import type { Client } from '../client.ts';
import { jsonOf } from '../file.ts';
import { clientOf, type Global } from '../global.ts';
import { counted, print, safe } from '../output.ts';
import { listCommand, table } from './list.ts';
import { seen, type Written } from './people.ts';

type Calendar = {
  readonly calendar: string;
  readonly version: number;
  readonly zone: string;
  readonly hours: Readonly<Record<string, readonly { readonly from: string; readonly to: string }[]>>;
  readonly holidays: readonly string[];
};

const nouns = ['promise', 'matter', 'session'] as const;
const policyAt = (noun: string): string => `/v1/policies/${noun}`;
const asNoun = (): Argument =>
  new Argument('<noun>', 'what is promised, how matters open and close, or when sessions are over by quiet').choices(nouns); // prettier-ignore

/** `throughline policies | calendars`; for how long it is kept is `throughline retention`. */
export const policyCommands = (program: Command): void => {
  const policies = program.command('policies').description('what holds of promises, matters and sessions');
  policies
    .command('show')
    .addArgument(asNoun())
    .description('what holds now, to be changed and set again')
    .action(async (noun: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const policy = await policyOf(clientOf(options), noun);
      print(options.json === true, policy, () => JSON.stringify(policy, undefined, 2));
    });
  policies
    .command('set')
    .addArgument(asNoun())
    .argument('<file>', 'JSON, as `policies show` prints it')
    .description('say what holds from now on, as a whole; what was promised stays')
    .action(async (noun: string, file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const written = await client.ask<Written>(policyAt(noun), { method: 'PUT', json: await jsonOf(file) });
      // That of sessions is read where it is written.
      if (noun !== 'session') await client.ask(policyAt(noun), { query: { minPosition: written.position } });
      print(options.json === true, written, () => 'So it is from now on.');
    });
  calendarCommands(program);
};

// The version is counted by itself, and cannot be set.
const policyOf = async (client: Client, noun: string): Promise<object> => {
  const { version: _, ...policy } = await client.ask<{ version?: number }>(policyAt(noun));
  return policy;
};

type Days = { readonly from: string; readonly to: string; readonly at: string };

/** Days that follow each other and are alike, as one. */
const joined = (days: readonly Days[], { from, to, at }: Days): readonly Days[] => {
  const last = days.at(-1);
  return last?.at === at ? [...days.slice(0, -1), { ...last, to }] : [...days, { from, to, at }];
};

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

// On a day that is not there nobody works.
const hoursInWords = (hours: Calendar['hours']): string =>
  weekdays
    .map((name): Days => {
      const [day, spans = []] = [name.slice(0, 3), hours[name]];
      return { from: day, to: day, at: spans.map(({ from, to }) => `${from}–${to}`).join(', ') };
    })
    .reduce<readonly Days[]>(joined, [])
    .filter(({ at }) => at !== '')
    .map(({ from, to, at }) => `${from === to ? from : `${from}–${to}`} ${at}`)
    .join(' · ');

const calendarCommands = (program: Command): void => {
  const calendars = program.command('calendars').description('when people work, as promises count it');
  listCommand<Calendar>(
    calendars,
    '/v1/calendars',
    table(['calendar', 'zone', 'holidays', 'hours'], ({ calendar, zone, holidays, hours }) => [
      calendar,
      zone,
      counted(holidays.length, 'day'),
      hoursInWords(hours),
    ]),
    'There is none.',
  );
  calendars
    .command('set')
    .argument('<calendar>', 'its name')
    .argument('<file>', 'JSON: zone, hours and holidays, as `calendars list --json` has them')
    .description('say when people work from now on; what is due already stays')
    .action(async (calendar: string, file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const path = `/v1/calendars/${encodeURIComponent(calendar)}`;
      const client = clientOf(options);
      const written = await client.ask<Written>(path, { method: 'PUT', json: await jsonOf(file) });
      await seen(client, '/v1/calendars', written);
      print(options.json === true, written, () => `${safe(calendar)} is so from now on.`);
    });
};
