import { stderr } from 'node:process';
import { type Command, Option } from 'commander';
import { exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { print } from '../output.ts';
import { exportEvents, type Format, formats } from './export.ts';
import { faultOf, manifestOf, readManifest } from './manifest.ts';

type Options = Global & { out: string; format?: Format; from?: string; to?: string } & Partial<
    Record<'type' | 'stream' | 'channel' | 'customer', string>
  >;

/** A day is its first moment. */
const bound = (text: string): string => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);

const formatOf = ({ out, format }: Options): Format | undefined =>
  format ?? formats.find((name) => out.toLowerCase().endsWith(`.${name}`));

/** `throughline events export | check` */
export const exportCommands = (events: Command): void => {
  events
    .command('export')
    .description('events into a file, with a manifest beside it; the file has all of them, or is not there')
    .requiredOption('--out <file>', 'the file')
    .addOption(new Option('--format <format>', 'unless the name of the file ends in it').choices(formats))
    .option('--from <place>', 'a position, a day or a moment: the first event recorded then or later', bound)
    .option('--to <place>', 'a position, or a day or a moment: the last event recorded before it', bound)
    .option('--type <types>', 'only events of these types, joined by commas')
    .option('--stream <start>', 'only events in streams whose names begin so')
    .option('--channel <channel>', 'only events that name this channel')
    .option('--customer <customer>', 'only what concerns this customer: a handle or an id')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { out, from, to, type, stream, channel, customer } = options;
      const format = formatOf(options);
      if (!format)
        return command.error(
          `error: '${out}' does not end in ${formats.map((name) => `.${name}`).join(' or ')}: say which of them it is with --format`,
        );
      const given = Object.entries({ type, stream, channel, customer }).filter(([, value]) => value !== undefined);
      const filter = Object.fromEntries(given) as Record<string, string>;
      const manifest = await exportEvents(clientOf(options), { out, format, from, to, filter }, (rows, last, range) => {
        if (stderr.isTTY) stderr.write(`\r${rows} events, position ${last} of ${range.to}`);
      });
      print(options.json === true, manifest, () => `${out}: ${manifest.rows} events, positions ${manifest.from} to ${manifest.to}${manifest.opened ? ', opened' : ', sealed'}. What it is stands in ${manifestOf(out)}.`); // prettier-ignore
    });
  events
    .command('check')
    .description('whether an export is whole and unchanged, by the manifest beside it; asks no server')
    .argument('<file>', 'the exported file')
    .action(async (file: string, _: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<Global>();
      const manifest = await readManifest(file);
      const reason = await faultOf(file, manifest);
      const { rows, from, to } = manifest;
      const verdict = reason === undefined ? { ok: true, rows, from, to } : { ok: false, reason };
      print(json === true, verdict, () => reason === undefined ? `${file} is whole: ${rows} events, positions ${from} to ${to}.` : `${file} is not what was exported: ${reason}.`); // prettier-ignore
      if (reason !== undefined) process.exitCode = exit.failed;
    });
};
