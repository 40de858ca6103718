import { once } from 'node:events';
import { stdout } from 'node:process';
import type { Command } from 'commander';
import { exportCommands } from '../export/export.command.ts';
import { clientOf, type Global } from '../global.ts';

/** `throughline events tail | export | check` */
export const eventCommands = (program: Command): void => {
  const events = program.command('events').description('the ledger, event by event');
  events
    .command('tail')
    .description('events as CloudEvents, one JSON object a line, in order of position; follows until it is stopped')
    .option('--from <position>', 'the first position', '1')
    .option('--until-head', 'end where the ledger ended when it began')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global & { from: string; untilHead?: boolean }>();
      const after = Number(options.from) - 1;
      if (!Number.isSafeInteger(after) || after < 0)
        command.error(`error: --from takes a position, 1 or more, not '${options.from}'`);
      const response = await clientOf(options).send('/v1/events', { query: { after, follow: !options.untilHead } });
      for await (const chunk of response.body!) if (!stdout.write(chunk)) await once(stdout, 'drain');
    });
  exportCommands(events);
};
