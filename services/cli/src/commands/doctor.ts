import type { Command } from 'commander';
import { type Client, exit } from '../client.ts';
import { clientOf, type Global } from '../global.ts';
import { print, safe } from '../output.ts';
import { Refused, unlessRefused } from '../refused.ts';
import { besideFindings } from './beside.ts';
import { type Finding, ofTenant, type Status } from './findings.ts';

/** `throughline doctor`: what is wrong, and what to do about it. */
export const doctorCommand = (program: Command): void => {
  program
    .command('doctor')
    .description('look at the whole installation, all tenants that may be looked at, and say what needs a hand')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Global>();
      const findings = await examine(options);
      print(options.json === true, { ok: findings.every(({ ok }) => ok), findings }, () =>
        findings.filter(isWorthALine).map(inWords).join('\n'),
      );
      if (!findings.every(({ ok }) => ok)) process.exitCode = exit.needsALook;
    });
};

// Of other tenants, which may be many, what is not well.
const isWorthALine = ({ tenant, ok }: Finding): boolean => tenant === undefined || !ok;

const inWords = ({ what, tenant, ok, detail, remedy }: Finding): string =>
  `${ok ? '✓' : '✗'} ${what}${tenant === undefined ? '' : ` of ${tenant}`}: ${safe(detail)}${remedy && !ok ? `\n    ${remedy}` : ''}`;

const examine = async (options: Global): Promise<Finding[]> => {
  const client = clientOf(options);
  await client.ask('/health/live');
  const status = await client.ask<Status>('/v1/status');
  const { ready, head, projections } = status;
  return [
    { what: 'server', ok: true, detail: `answers at ${options.url}` },
    { what: 'ready', ok: ready, detail: ready ? 'yes' : 'no', remedy: `see ${options.url}/health/ready` },
    ...projections.map(({ name, position }) => ({
      what: `projection ${name}`,
      ok: head - position < 10_000,
      detail: position >= head ? 'up to date' : `${head - position} events behind`,
      remedy: 'it catches up by itself; where it does not, see `throughline parked list` and the log',
    })),
    ...(await besideFindings(client)),
    await checkpointFinding(client),
    ...(await ofTenants(options, client, status)),
  ];
};

type Kept = { readonly items: readonly { readonly position: number }[]; readonly contradiction: string | null };

/** Whether the ledger is what was signed last. */
const checkpointFinding = async (client: Client): Promise<Finding> => {
  const told = (ok: boolean, detail: string): Finding => ({
    what: 'checkpoints',
    ok,
    detail,
    remedy: 'see `throughline ledger verify`; docs/proof.md and docs/recovery.md say what it can be',
  });
  try {
    const { items, contradiction } = await client.ask<Kept>('/v1/ledger/checkpoints', { query: { limit: 1 } });
    const signed = items[0]
      ? `the ledger contains what was signed last, at ${items[0].position}`
      : 'none was signed yet';
    return told(contradiction === null, contradiction ?? signed);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const isUnsigned = error.problem.code === 'NothingSigned';
    return told(isUnsigned, isUnsigned ? 'nothing is signed here' : error.message);
  }
};

/** Of all tenants, unless one was asked for; where who asks may look at their own alone, of that, and it is said. */
const ofTenants = async (options: Global, client: Client, status: Status): Promise<Finding[]> => {
  const own = status.tenant;
  const others = options.tenant ? [] : (await tenantsOf(client)).filter((name) => name !== own);
  const findings = await ofTenant(client, status);
  const closed: string[] = [];
  for (const tenant of others) {
    const theirs = await lookedAt(options, tenant);
    if (theirs) findings.push(...theirs);
    else closed.push(tenant);
  }
  const open = [own, ...others.filter((name) => !closed.includes(name))];
  const rest = closed.length === 0 ? '' : `; ${named(closed)} by a token or key of their own alone`;
  return [{ what: 'tenants', ok: true, detail: `looked at ${named(open)}${rest}` }, ...findings];
};

const mostNamed = 20;

const named = (tenants: readonly string[]): string =>
  tenants.length <= mostNamed
    ? tenants.join(', ')
    : `${tenants.slice(0, mostNamed).join(', ')} and ${tenants.length - mostNamed} more`;

// A token or key is good for one tenant, and only who looks after the installation may list them.
const refusals = [403, 404];

const lookedAt = async (options: Global, tenant: string): Promise<Finding[] | undefined> => {
  const client = clientOf({ ...options, tenant });
  const status = await unlessRefused(client.ask<Status>('/v1/status'), ...refusals);
  return status && ofTenant(client, status, tenant);
};

const tenantsOf = async (client: Client): Promise<string[]> =>
  (await unlessRefused(
    Array.fromAsync(client.all<{ name: string }>('/v1/tenants'), ({ name }) => name),
    ...refusals,
  )) ?? [];
