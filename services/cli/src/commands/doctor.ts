import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { brief, print } from '../output.ts';
import { type Connection, connectionsPath, whyOf } from './connections.ts';
import { type Delivery, deliveriesPath } from './writeback.ts';

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
  const aside = (name: 'quarantined' | 'parked', command: string, giveUp: string): Finding => ({
    what: name,
    ok: (counts[name] ?? 0) === 0,
    detail: `${counts[name] ?? 0}`,
    remedy: `see \`throughline ${command} list\`, then \`throughline ${command} retry\`, or \`${giveUp}\` for what is not wanted`,
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
    aside('quarantined', 'quarantine', 'dismiss'),
    aside('parked', 'parked', 'drop'),
    ...(await connectionFindings(client)),
    await deliveryFinding(client),
  ];
};

/** One that is paused stays listed until it is resumed; only where it paused by itself does it need a hand. */
const connectionFindings = async (client: Client): Promise<Finding[]> => {
  const all = await Array.fromAsync(client.all<Connection>(connectionsPath));
  return all
    .filter(({ state }) => state === 'paused')
    .map((one) => ({
      what: `connection ${one.name}`,
      ok: one.reason === undefined,
      detail: `paused ${one.reason === undefined ? 'by hand' : brief(whyOf(one), 160)}`,
      remedy: remedyOf(one),
    }));
};

const remedyOf = ({ name, reason }: Connection): string =>
  reason === 'CredentialsRefused'
    ? `\`throughline connections rotate ${name} --secret-file FILE\` gives it another secret, and goes on`
    : `see \`throughline connections test ${name}\`, then \`throughline connections resume ${name}\``;

const mostCounted = 1_000;

const deliveryFinding = async (client: Client): Promise<Finding> => {
  let [rejected, parked] = [0, 0];
  for await (const { state } of client.all<Delivery>(deliveriesPath, { state: 'aside', limit: 200 })) {
    if (state === 'rejected') rejected += 1;
    else parked += 1;
    if (rejected + parked >= mostCounted) break;
  }
  const none = rejected + parked === 0;
  return {
    what: 'deliveries aside',
    ok: none,
    detail: none ? '0' : `${rejected} rejected, ${parked} parked${rejected + parked < mostCounted ? '' : ', or more'}`,
    remedy: 'see `throughline writeback list --state aside`, then `throughline writeback retry`',
  };
};
