import type { Command } from 'commander';
import { exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { print } from '../output.ts';

type Finding = { readonly what: string; readonly ok: boolean; readonly detail: string; readonly remedy?: string };
type Health = { checks?: readonly { name: string; ok: boolean; detail?: string }[] };
type Status = {
  ready: boolean;
  head: number;
  counts: Record<string, number>;
  projections: { name: string; position: number }[];
};

/** `throughline doctor`: what is wrong, and what to do about it. */
export const doctorCommand = (program: Command): void => {
  program
    .command('doctor')
    .description('look at the whole installation and say what needs a hand')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const findings = await examine(options);
      print(options.json === true, { ok: findings.every(({ ok }) => ok), findings }, () =>
        findings
          .map(
            ({ what, ok, detail, remedy }) =>
              `${ok ? '✓' : '✗'} ${what}: ${detail}${remedy && !ok ? `\n    ${remedy}` : ''}`,
          )
          .join('\n'),
      );
      if (!findings.every(({ ok }) => ok)) process.exitCode = exit.needsALook;
    });
};

const examine = async (options: Global): Promise<Finding[]> => {
  const client = clientOf(options);
  const health = await client.ask<Health>('/health/live').then(
    () => ({ what: 'server', ok: true, detail: `answers at ${options.url}` }),
    (error: unknown) => {
      throw error;
    },
  );
  const { ready, head, counts, projections } = await client.ask<Status>('/v1/status');
  const aside = (name: 'quarantined' | 'parked', command: string): Finding => ({
    what: name,
    ok: (counts[name] ?? 0) === 0,
    detail: `${counts[name] ?? 0}`,
    remedy: `see \`throughline ${command} list\`, then \`throughline ${command} retry\``,
  });
  return [
    health,
    { what: 'ready', ok: ready, detail: ready ? 'yes' : 'no', remedy: `see ${options.url}/health/ready` },
    ...projections.map(({ name, position }) => ({
      what: `projection ${name}`,
      ok: head - position < 10_000,
      detail: position >= head ? 'up to date' : `${head - position} events behind`,
      remedy: 'it catches up by itself; where it does not, see `throughline parked list` and the log',
    })),
    aside('quarantined', 'quarantine'),
    aside('parked', 'parked'),
  ];
};
