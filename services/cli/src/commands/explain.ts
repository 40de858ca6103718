import type { Command } from 'commander';
import { gistInWords, type Told, withGists } from '../gists.ts';
import { clientOf, type Global } from '../global.ts';
import { exactly, print, safe, when } from '../output.ts';
import { askedFor, type Matter, matterBy, mattersPath, whereIs } from './matter.ts';

type Step = {
  readonly at: string;
  readonly event: string;
  readonly actor: string;
  readonly says: string;
  readonly rule?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly alternatives?: readonly { readonly says: string; readonly why: string }[];
};
type Explanation = { readonly matter: string; readonly steps: readonly Step[] };

/** `throughline routing explain MATTER` */
export const explainCommands = (program: Command): void => {
  program
    .command('routing')
    .description('why somebody has something')
    .command('explain')
    .argument('<matter>', 'its id, as `matters list` shows it')
    .description('what happened to a matter, step by step: which rule decided, on what, and what else there was')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const client = clientOf(options);
      const explanation = await client.ask<Explanation>(`${mattersPath}/${encodeURIComponent(id)}/explanation`);
      const [matter] = options.json ? [] : await withGists(client, [await matterBy(client, id)]);
      print(options.json === true, explanation, () => inWords(explanation, matter!));
    });
};

const instants = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const ids = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const line = (title: string, text: string): string => `   ${title.padEnd(6)}${safe(text)}`;

const inWords = ({ matter, steps }: Explanation, now: Told<Matter>): string =>
  [
    `Matter ${matter}`,
    line('about', gistInWords(now.gist)),
    line('now', whereIs(now)),
    line('asked', askedFor(now)),
    ...steps.map(stepInWords),
  ].join('\n');

const stepInWords = (step: Step, nth: number): string => {
  const { at, says, rule, inputs = {}, alternatives = [], event, actor } = step;
  const on = Object.entries(inputs).map(([name, value]) => `${name} ${valueOf(value)}`);
  return [
    `\n${nth + 1}. ${exactly(at)}`,
    `   ${safe(says.replaceAll(instants, when))}`,
    ...(rule === undefined ? [] : [line('rule', `${rule}${on.length > 0 ? `, on ${on.join(', ')}` : ''}`)]),
    ...(alternatives.length > 0 ? [line('not', alternatives.map((one) => `${one.says}: ${one.why}`).join('; '))] : []),
    line('event', `${event}, by ${actor}`),
  ].join('\n');
};

const valueOf = (value: unknown): string => (ids.test(String(value)) ? `${String(value).slice(0, 8)}…` : String(value));
